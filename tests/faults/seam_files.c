/* Files that cannot be made, filled, flushed or renamed. A stream that is opened for writing writes
 * through a cookie, as stdio would otherwise call the system past the linker. The C++ libraries
 * write through streams of their own (a saved index, before it is copied into a file of ours). */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults/fault.h"

FILE *__real_fopen(const char *path, const char *mode);
int __real_fileno(FILE *stream);
int __real_open(const char *path, int flags, ...);
int __real_mkostemp(char *name, int flags);
ssize_t __real_write(int descriptor, const void *bytes, size_t count);
ssize_t __real_pwrite(int descriptor, const void *bytes, size_t count, off_t at);
int __real_ftruncate(int descriptor, off_t size);
int __real_fsync(int descriptor);
int __real_mkdir(const char *path, mode_t mode);
int __real_rename(const char *from, const char *to);
int __real_renameat2(int from_folder, const char *from, int to_folder, const char *to,
                     unsigned flags);

FILE *__wrap_fopen(const char *path, const char *mode);
int __wrap_fileno(FILE *stream);
int __wrap_open(const char *path, int flags, ...);
int __wrap_mkostemp(char *name, int flags);
ssize_t __wrap_write(int descriptor, const void *bytes, size_t count);
ssize_t __wrap_pwrite(int descriptor, const void *bytes, size_t count, off_t at);
int __wrap_ftruncate(int descriptor, off_t size);
int __wrap_fsync(int descriptor);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_rename(const char *from, const char *to);
int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to,
                     unsigned flags);

static bool refused(void) {
  if (!fault_due(FAULT_DISK)) return false;
  errno = fault_reason();
  return true;
}

/* ---- streams ---- */

/* The streams that are open for writing: more at a time would end the test. */
static struct opened {
  FILE *stream;
  int descriptor;
} opened[64];

static ssize_t cookie_write(void *cookie, const char *bytes, size_t count) {
  const struct opened *self = cookie;
  ssize_t put = __wrap_write(self->descriptor, bytes, count);
  return put < 0 ? 0 : put; /* what the C library's documentation asks of a failure */
}

static int cookie_seek(void *cookie, off64_t *at, int whence) {
  const struct opened *self = cookie;
  off_t found = lseek(self->descriptor, *at, whence);
  if (found < 0) return -1;
  *at = found;
  return 0;
}

static int cookie_close(void *cookie) {
  struct opened *self = cookie;
  int descriptor = self->descriptor;
  *self = (struct opened){0};
  return close(descriptor);
}

static FILE *open_stream(const char *path, const char *mode) {
  struct opened *self = NULL;
  FILE *stream = NULL;
#pragma omp critical(limen_fault_streams)
  {
    for (size_t i = 0; i < sizeof opened / sizeof *opened && !self; i++)
      if (!opened[i].stream) self = &opened[i];
    if (self) self->descriptor = __real_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (self && self->descriptor >= 0) {
      const cookie_io_functions_t functions = {
          .write = cookie_write, .seek = cookie_seek, .close = cookie_close};
      self->stream = stream = fopencookie(self, mode, functions);
    }
  }
  return stream;
}

FILE *__wrap_fopen(const char *path, const char *mode) {
  if (mode[0] == 'r') return __real_fopen(path, mode);
  return refused() ? NULL : open_stream(path, mode);
}

int __wrap_fileno(FILE *stream) {
  for (size_t i = 0; i < sizeof opened / sizeof *opened; i++)
    if (opened[i].stream == stream) return opened[i].descriptor;
  return __real_fileno(stream);
}

/* ---- descriptors and names ---- */

int __wrap_open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (flags & O_CREAT && refused()) return -1;
  return __real_open(path, flags, mode);
}

int __wrap_mkostemp(char *name, int flags) { return refused() ? -1 : __real_mkostemp(name, flags); }

/* Half of the bytes get through: a write that fails leaves a torn file behind. */
ssize_t __wrap_write(int descriptor, const void *bytes, size_t count) {
  if (!fault_due(FAULT_DISK)) return __real_write(descriptor, bytes, count);
  if (__real_write(descriptor, bytes, count / 2) < 0) return -1;
  errno = fault_reason();
  return -1;
}

ssize_t __wrap_pwrite(int descriptor, const void *bytes, size_t count, off_t at) {
  if (!fault_due(FAULT_DISK)) return __real_pwrite(descriptor, bytes, count, at);
  if (__real_pwrite(descriptor, bytes, count / 2, at) < 0) return -1;
  errno = fault_reason();
  return -1;
}

int __wrap_ftruncate(int descriptor, off_t size) {
  return refused() ? -1 : __real_ftruncate(descriptor, size);
}

int __wrap_fsync(int descriptor) { return refused() ? -1 : __real_fsync(descriptor); }

int __wrap_mkdir(const char *path, mode_t mode) {
  return refused() ? -1 : __real_mkdir(path, mode);
}

int __wrap_rename(const char *from, const char *to) {
  return refused() ? -1 : __real_rename(from, to);
}

int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to,
                     unsigned flags) {
  return refused() ? -1 : __real_renameat2(from_folder, from, to_folder, to, flags);
}
