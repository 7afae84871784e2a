/* A cheap peer for servers under measurement: one thread, epoll.
 *
 *   load echo PORT CONNECTIONS SECONDS   64-byte round trips; prints how many a second
 *   load push PORT MEGABYTES             sends, half-closes, waits for the end; prints megabytes a second
 *   load idle PORT CONNECTIONS           connects, prints "ready", stays until its input ends
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, CHUNK = 256 << 10 };

static char buffer[CHUNK];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int dial(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void put(int fd) {
    if (send(fd, buffer, MESSAGE, MSG_NOSIGNAL) != MESSAGE) die("send");
}

static void echo(int port, int connections, double seconds) {
    int poll = epoll_create1(0), *fds = calloc(connections, sizeof *fds), *got = calloc(connections, sizeof *got);
    for (int i = 0; i < connections; i++) {
        struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = i};
        fds[i] = dial(port);
        epoll_ctl(poll, EPOLL_CTL_ADD, fds[i], &wanted);
    }
    for (int i = 0; i < connections; i++) put(fds[i]);
    double begin = now(), warm = begin + 0.2, end = warm + seconds, since = 0, moment = begin;
    long trips = 0;
    while (moment < end) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, 1000);
        for (int e = 0; e < ready; e++) {
            int i = events[e].data.u32;
            ssize_t size = recv(fds[i], buffer, MESSAGE, 0);
            if (size <= 0) die("recv");
            if ((got[i] += size) == MESSAGE) {
                got[i] = 0;
                trips++;
                put(fds[i]);
            }
        }
        moment = now();
        if (!since && moment >= warm) {
            since = moment;
            trips = 0;
        }
    }
    printf("%.0f\n", trips / (moment - since));
}

static void push(int port, long megabytes) {
    int fd = dial(port);
    double begin = now();
    for (long left = megabytes * 1000000; left > 0;) {
        ssize_t size = send(fd, buffer, left < CHUNK ? left : CHUNK, MSG_NOSIGNAL);
        if (size < 0) die("send");
        left -= size;
    }
    shutdown(fd, SHUT_WR);
    while (recv(fd, buffer, CHUNK, 0) > 0) continue;
    printf("%.1f\n", megabytes / (now() - begin));
}

static void idle(int port, int connections) {
    for (int i = 0; i < connections; i++) dial(port);
    puts("ready");
    fflush(stdout);
    while (read(0, buffer, CHUNK) > 0) continue;
}

int main(int argc, char **argv) {
    memset(buffer, 'a', sizeof buffer);
    if (argc == 5 && !strcmp(argv[1], "echo")) echo(atoi(argv[2]), atoi(argv[3]), atof(argv[4]));
    else if (argc == 4 && !strcmp(argv[1], "push")) push(atoi(argv[2]), atol(argv[3]));
    else if (argc == 4 && !strcmp(argv[1], "idle")) idle(atoi(argv[2]), atoi(argv[3]));
    else return 2;
    return 0;
}
