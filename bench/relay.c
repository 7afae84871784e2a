// What a headless host could cost at the least: moves frames between standard input and output, a socket, and
// N connections to an echo server. A frame is u8 kind, u32 length, records, and to us a line feed; a record is
// u8 kind, u32 connection, u32 length (little endian), data.
//
//   relay PORT N
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 1024, FRAME = 5, RECORD = 9, READ = 16384 };

static int connections[MOST];
static uint8_t out[FRAME + 256 * (RECORD + READ)], in[1 << 20];
static size_t held;

static int connection(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    int made = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (connect(made, (void *)&address, sizeof address)) {
        perror("connect");
        exit(1);
    }
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(made, F_SETFL, O_NONBLOCK);
    return made;
}

static void write_all(size_t size) {
    for (size_t at = 0; at < size;) {
        ssize_t sent = send(STDOUT_FILENO, out + at, size - at, 0);
        if (sent > 0) at += sent;
        else if (errno != EAGAIN) exit(0);
    }
}

// What the page sends.
static void take(void) {
    ssize_t got = read(STDIN_FILENO, in + held, sizeof in - held);
    if (got <= 0) {
        if (got < 0 && errno == EAGAIN) return;
        exit(0);
    }
    held += got;
    size_t at = 0;
    uint32_t length;
    while (held - at >= FRAME) {
        memcpy(&length, in + at + 1, 4);
        if (held - at < FRAME + length + 1) break;
        for (size_t record = at + FRAME, end = record + length; record < end;) {
            uint32_t which, size;
            memcpy(&which, in + record + 1, 4);
            memcpy(&size, in + record + 5, 4);
            send(connections[which], in + record + RECORD, size, 0);
            record += RECORD + size;
        }
        at += FRAME + length + 1;
    }
    memmove(in, in + at, held -= at);
}

int main(int count, char **words) {
    if (count != 3) return 2;
    int n = atoi(words[2]), poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN}, events[256];
    if (n > MOST) return 2;
    for (int i = 0; i < n; i++) {
        event.data.u32 = i;
        epoll_ctl(poll, EPOLL_CTL_ADD, connections[i] = connection(atoi(words[1])), &event);
    }
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    event.data.u32 = MOST;
    epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    for (;;) {
        int ready = epoll_wait(poll, events, 256, -1);
        size_t end = FRAME;
        for (int i = 0; i < ready; i++) {
            uint32_t which = events[i].data.u32, size;
            if (which == MOST) {
                take();
                continue;
            }
            ssize_t got = recv(connections[which], out + end + RECORD, READ, 0);
            if (got == 0) return 0;
            if (got < 0) continue;
            size = got;
            out[end] = 1;
            memcpy(out + end + 1, &which, 4);
            memcpy(out + end + 5, &size, 4);
            end += RECORD + got;
        }
        if (end == FRAME) continue;
        uint32_t length = end - FRAME;
        out[0] = 1;
        memcpy(out + 1, &length, 4);
        write_all(end);
    }
}
