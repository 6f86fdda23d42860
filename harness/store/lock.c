#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"

int limen_lock_take(const char *folder, int *descriptor, struct limen_error *error) {
  int status = LIMEN_OK, handle = -1;
  char words[128], date[32];
  char *path = limen_path_join(folder, ".lock", error);
  if (!path) return LIMEN_FAILED;
  handle = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (handle < 0) {
    status = LIMEN_FAIL(error, LIMEN_FAILED,
                        "cannot write into %s: %s; choose another folder with --out", folder,
                        strerror(errno));
    goto done;
  }
  if (flock(handle, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      status = LIMEN_FAIL(error, LIMEN_FAILED,
                          "cannot lock %s: %s; choose a folder on another disk with --out", folder,
                          strerror(errno));
      goto done;
    }
    ssize_t got = pread(handle, words, sizeof words - 1, 0);
    words[got > 0 ? got : 0] = '\0';
    words[strcspn(words, "\n")] = '\0';
    status = LIMEN_FAIL(error, LIMEN_FAILED,
                        "%s is in use by %s; wait for it to end, or choose another folder with "
                        "--out",
                        folder, words[0] ? words : "another process");
    goto done;
  }
  /* Only words for the message above: a failed write here harms nobody. */
  int length = snprintf(words, sizeof words, "process %ld, since %s\n", (long)getpid(),
                        limen_clock_date(date));
  if (ftruncate(handle, 0) != 0 || pwrite(handle, words, (size_t)length, 0) != length) errno = 0;
  *descriptor = handle;
  handle = -1;
done:
  if (handle >= 0) close(handle);
  limen_free(path);
  return status;
}
