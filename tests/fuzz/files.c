#include "fuzz/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "fuzz/judge.h"

static void write_whole(int descriptor, const uint8_t *bytes, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t put = write(descriptor, bytes + done, size - done);
    fuzz_expect(put > 0, "an input of %zu bytes cannot be written to a file", size);
    done += (size_t)put;
  }
}

const char *fuzz_file(const uint8_t *bytes, size_t size) {
  static char path[32];
  static int descriptor = -1;
  if (descriptor < 0) {
    descriptor = memfd_create("limen-fuzz", MFD_CLOEXEC);
    fuzz_expect(descriptor >= 0, "no file can be made in memory");
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  }
  fuzz_expect(ftruncate(descriptor, 0) == 0 && lseek(descriptor, 0, SEEK_SET) == 0,
              "the file in memory cannot be emptied");
  write_whole(descriptor, bytes, size);
  return path;
}

/* ---- a folder ---- */

static char folder[128];
static pid_t owner; /* children of ours end, too, and must leave the folder alone */

static void remove_folder(void) {
  if (getpid() == owner) limen_folder_remove(folder, NULL);
}

const char *fuzz_folder(void) {
  if (folder[0] != '\0') {
    fuzz_expect(limen_folder_remove(folder, NULL) == LIMEN_OK && mkdir(folder, 0700) == 0,
                "the folder %s cannot be emptied", folder);
    return folder;
  }
  const char *home = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%s/limen-fuzz-XXXXXX", home && *home ? home : "/tmp");
  fuzz_expect(mkdtemp(folder) != NULL, "the folder %s cannot be made", folder);
  owner = getpid();
  atexit(remove_folder);
  return folder;
}

const char *fuzz_file_in(const char *home, const char *name, const uint8_t *bytes, size_t size) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", home, name);
  int descriptor = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  fuzz_expect(descriptor >= 0, "%s cannot be written", path);
  write_whole(descriptor, bytes, size);
  close(descriptor);
  return path;
}

uint8_t *fuzz_file_read(const char *path, size_t *size) {
  enum { MOST = 1 << 24 };
  char *bytes = NULL;
  struct limen_error error = {0};
  int status = limen_file_read(path, MOST, &bytes, size, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  return (uint8_t *)bytes;
}
