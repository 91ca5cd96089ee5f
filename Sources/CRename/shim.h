#include <sys/syscall.h>

/* Declared here, for what unistd.h and fcntl.h bring along belongs to Swift's own module. */
extern long syscall(long number, ...);

/* renameat2(2) from the present folder (AT_FDCWD) with RENAME_EXCHANGE: glibc declares them only with _GNU_SOURCE. */
static inline int rename_exchange(const char *first, const char *second) {
    return (int)syscall(SYS_renameat2, -100, first, -100, second, 2);
}
