#include <sys/syscall.h>

/* What glibc declares only with _GNU_SOURCE, so that Swift's own module lacks it. Declared here, for what unistd.h and fcntl.h
   bring along belongs to that module. */
extern long syscall(long number, ...);
extern int posix_spawn_file_actions_addclosefrom_np(void *actions, int first);

/* renameat2(2) from the present folder (AT_FDCWD) with RENAME_EXCHANGE. */
static inline int rename_exchange(const char *first, const char *second) {
    return (int)syscall(SYS_renameat2, -100, first, -100, second, 2);
}

/* Has a child begin without the descriptors from this one on; actions is a posix_spawn_file_actions_t. */
static inline int spawn_closing_from(void *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
