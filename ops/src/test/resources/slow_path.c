/* Preloaded into a process: whatever it opens or asks of files under SLOW_PATH takes SLOW_SECONDS longer, as long as the
   file SLOW_PATH_SWITCH is there. Like a mount that answers late, and like one it does not hold up what lies elsewhere. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void wait_for(const char *path)
{
    const char *slow = getenv("SLOW_PATH");
    const char *on = getenv("SLOW_PATH_SWITCH");
    const char *seconds = getenv("SLOW_SECONDS");
    if (!path || !slow || !on || !seconds || strncmp(path, slow, strlen(slow)) != 0)
        return;
    if (syscall(SYS_faccessat, AT_FDCWD, on, F_OK) != 0)
        return;
    struct timespec left = { atoi(seconds), 0 };
    while (nanosleep(&left, &left) != 0)
        ;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                      \
    int name(const char *path, int flags, ...)          \
    {                                                   \
        va_list rest;                                   \
        va_start(rest, flags);                          \
        mode_t mode = va_arg(rest, mode_t);             \
        va_end(rest);                                   \
        wait_for(path);                                 \
        return NEXT(name)(path, flags, mode);           \
    }

#define OPENAT(name)                                    \
    int name(int folder, const char *path, int flags, ...) \
    {                                                   \
        va_list rest;                                   \
        va_start(rest, flags);                          \
        mode_t mode = va_arg(rest, mode_t);             \
        va_end(rest);                                   \
        wait_for(path);                                 \
        return NEXT(name)(folder, path, flags, mode);   \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

#define STAT(name, type)                                \
    int name(const char *path, type *about)             \
    {                                                   \
        wait_for(path);                                 \
        return NEXT(name)(path, about);                 \
    }

STAT(stat, struct stat)
STAT(stat64, struct stat64)
STAT(lstat, struct stat)
STAT(lstat64, struct stat64)

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *about)
{
    wait_for(path);
    return NEXT(statx)(folder, path, flags, mask, about);
}
