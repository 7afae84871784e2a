/* The least server there can be, as the limit of all others: one thread, epoll.
 *
 *   echo echo    sends back whatever arrives
 *   echo sink    takes whatever arrives
 *
 * Prints its port, then serves until it is ended.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 256 << 10, EVENTS = 256 };

static char buffer[CHUNK];

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int poll, int fd) {
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &wanted) < 0) die("epoll_ctl");
}

static int listen_somewhere(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) < 0 || listen(fd, 4096) < 0) die("listen");
    getsockname(fd, (struct sockaddr *)&at, &size);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

static void accept_all(int poll, int server) {
    for (int fd, on = 1; (fd = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(poll, fd);
    }
}

/* Answers are small under this load, so one that does not fit is an error here. */
static void serve(int fd, int echoes) {
    ssize_t size = recv(fd, buffer, CHUNK, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) close(fd);
    else if (echoes && send(fd, buffer, size, MSG_NOSIGNAL) != size) die("send");
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    int echoes = !strcmp(argv[1], "echo"), server = listen_somewhere(), poll = epoll_create1(0);
    watch(poll, server);
    for (struct epoll_event events[EVENTS];;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.fd == server) accept_all(poll, server);
            else serve(events[i].data.fd, echoes);
        }
    }
}
