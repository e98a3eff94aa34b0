/* Loaded between the command and libc: one call on a file of a folder fails, is cut short, or ends the process.
 *
 *   FAULT_FOLDER  only calls on files below this folder count
 *   FAULT_CALLS   which functions count, as in "write fsync"; all if empty. "allocate": memory reserved in a file
 *   FAULT_IN      "parent": the process that was started; "worker": any that it forked (each counts for itself)
 *   FAULT_AT      the call that is met, from 1
 *   FAULT_DO      kill, half (half of a write is done, then the disk is full), short (half of a write is done),
 *                 ENOSPC, EIO, EINTR, nolock (every flock finds a file system without locks), or nosync (no file is
 *                 synced, whichever it is)
 *   FAULT_LOG     is made when it happens, with the call in it; where it exists, nothing happens any more
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static pid_t first, counting;
static long calls;

__attribute__((constructor)) static void remember(void) { first = getpid(); }

static const char *told(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static int is(const char *what) { return strcmp(told("FAULT_DO"), what) == 0; }

static int counts(const char *call, const char *path) {
    const char *folder = told("FAULT_FOLDER"), *named = told("FAULT_CALLS");
    if (!*folder || strncmp(path, folder, strlen(folder)) != 0) return 0;
    if ((strcmp(told("FAULT_IN"), "worker") == 0) != (getpid() != first)) return 0;
    size_t length = strlen(call);
    for (const char *at = named; (at = strstr(at, call)); at += length)
        if ((at == named || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return 1;
    return !*named;
}

/* Whether this is the call; if so it is noted, once for all processes. */
static int met(const char *call, const char *path) {
    if (!counts(call, path)) return 0;
    if (counting != getpid()) counting = getpid(), calls = 0;
    if (++calls != atol(told("FAULT_AT"))) return 0;
    int log = (int)syscall(SYS_openat, AT_FDCWD, told("FAULT_LOG"), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (log < 0) return 0;
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%s %s\n", call, path);
    (void)!syscall(SYS_write, log, line, (size_t)length);
    syscall(SYS_close, log);
    if (is("kill")) kill(getpid(), SIGKILL);
    errno = is("EIO") ? EIO : is("EINTR") ? EINTR : ENOSPC;
    return 1;
}

static const char *path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return path;
}

static int met_file(const char *call, int fd) {
    char path[PATH_MAX];
    return met(call, path_of(fd, path));
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count) {
    int caught = met_file("write", fd);
    if (!caught) return NEXT(write)(fd, bytes, count);
    int error = errno;
    if (is("short")) return NEXT(write)(fd, bytes, (count + 1) / 2);
    if (is("half")) (void)!NEXT(write)(fd, bytes, count / 2);
    errno = error;
    return -1;
}

int fsync(int fd) { return is("nosync") ? 0 : met_file("fsync", fd) ? -1 : NEXT(fsync)(fd); }

int fdatasync(int fd) { return is("nosync") ? 0 : met_file("fsync", fd) ? -1 : NEXT(fdatasync)(fd); }

int ftruncate64(int fd, off64_t length) { return met_file("truncate", fd) ? -1 : NEXT(ftruncate64)(fd, length); }

int fallocate(int fd, int mode, off_t from, off_t length) {
    return met_file("allocate", fd) ? -1 : NEXT(fallocate)(fd, mode, from, length);
}

int flock(int fd, int operation) {
    if (is("nolock")) return errno = ENOLCK, -1;
    return met_file("flock", fd) ? -1 : ((int (*)(int, int))dlsym(RTLD_NEXT, "flock"))(fd, operation);
}

int rename(const char *from, const char *to) { return met("rename", to) ? -1 : NEXT(rename)(from, to); }

int link(const char *from, const char *to) { return met("link", to) ? -1 : NEXT(link)(from, to); }

int linkat(int a, const char *from, int b, const char *to, int flags) {
    return met("link", to) ? -1 : NEXT(linkat)(a, from, b, to, flags);
}

int unlink(const char *path) { return met("unlink", path) ? -1 : NEXT(unlink)(path); }

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if ((flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) && met("create", path)) return -1;
    return NEXT(open64)(path, flags, mode);
}
