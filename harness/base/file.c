#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* ---- writing ---- */

/* What to do about a file that cannot be written; starts with "; ", or is empty. */
static const char *advice(int reason) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
      return "; make room on its disk, then run the same command again";
    case EFBIG:
      return "; raise the limit on the size of files (ulimit -f)";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; choose a folder that you may write into";
    case EIO:
      return "; look after its disk, then run the same command again";
    default:
      return "";
  }
}

static void writer_release(struct limen_writer *writer) {
  limen_free(writer->path);
  limen_free(writer->aside);
  *writer = (struct limen_writer){0};
}

/* The process id keeps two programs that write the same file apart, the count two threads of one.
 */
char *limen_path_aside(const char *path, struct limen_error *error) {
  static atomic_ulong count;
  return limen_print(error, "%s.%ld-%lu.new", path, (long)getpid(), atomic_fetch_add(&count, 1));
}

/* Whether a name ends as limen_path_aside makes it: .DIGITS-DIGITS.new */
static bool is_aside(const char *name) {
  static const char digits[] = "0123456789";
  const char *end = strstr(name, ".new");
  while (end && strcmp(end, ".new") != 0) end = strstr(end + 1, ".new");
  if (!end) return false;
  const char *at = end;
  while (at > name && strchr(digits, at[-1])) at--;
  if (at == end || at == name || at[-1] != '-') return false;
  const char *dash = --at;
  while (at > name && strchr(digits, at[-1])) at--;
  return at < dash && at > name && at[-1] == '.';
}

void limen_folder_sweep(const char *path) {
  char **names = NULL;
  size_t count = 0;
  if (limen_folder_list(path, &names, &count, NULL) != LIMEN_OK) return;
  for (size_t i = 0; i < count; i++) {
    char *one = is_aside(names[i]) ? limen_path_join(path, names[i], NULL) : NULL;
    if (one) limen_folder_remove(one, NULL);
    limen_free(one);
  }
  if (names) limen_folder_list_free(names, count);
}

int limen_writer_open(struct limen_writer *writer, const char *path, struct limen_error *error) {
  *writer = (struct limen_writer){0};
  writer->path = limen_copy_text(path, error);
  writer->aside = limen_path_aside(path, error);
  if (!writer->path || !writer->aside) {
    writer_release(writer);
    return LIMEN_FAILED;
  }
  writer->stream = fopen(writer->aside, "wb");
  if (!writer->stream) {
    int reason = errno;
    int status = LIMEN_FAIL(error, LIMEN_FAILED, "cannot write %s: %s%s", path, strerror(reason),
                            advice(reason));
    writer_release(writer);
    return status;
  }
  return LIMEN_OK;
}

int limen_writer_commit(struct limen_writer *writer, struct limen_error *error) {
  int status = LIMEN_OK;
  errno = 0;
  bool failed = ferror(writer->stream) != 0;
  /* The stream knows that a write failed, not why; one more byte fails for the same reason. */
  if (failed) clearerr(writer->stream), fputc('\n', writer->stream);
  bool good = fflush(writer->stream) == 0 && !failed && fsync(fileno(writer->stream)) == 0;
  int reason = errno;
  if (fclose(writer->stream) != 0 && good) good = false, reason = errno;
  if (good && rename(writer->aside, writer->path) != 0) good = false, reason = errno;
  if (!good) {
    unlink(writer->aside);
    if (!reason) reason = EIO;
    status =
        LIMEN_FAIL(error, LIMEN_FAILED, "cannot write %s: %s; what was there before is untouched%s",
                   writer->path, strerror(reason), advice(reason));
  }
  writer_release(writer);
  return status;
}

void limen_writer_cancel(struct limen_writer *writer) {
  if (!writer->stream) return;
  fclose(writer->stream);
  unlink(writer->aside);
  writer_release(writer);
}

int limen_file_write(const char *path, const void *bytes, size_t count, struct limen_error *error) {
  struct limen_writer writer;
  int status = limen_writer_open(&writer, path, error);
  if (status != LIMEN_OK) return status;
  if (count > 0) fwrite(bytes, 1, count, writer.stream);
  return limen_writer_commit(&writer, error);
}

/* ---- reading ---- */

int limen_file_read(const char *path, size_t most, char **bytes, size_t *count,
                    struct limen_error *error) {
  int status = LIMEN_OK;
  char *content = NULL;
  size_t used = 0, capacity = 0;
  struct stat about;
  FILE *stream = fopen(path, "rb");
  if (!stream || fstat(fileno(stream), &about) != 0) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s: %s", path, strerror(errno));
    goto done;
  }
  if (S_ISDIR(about.st_mode)) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s: it is a folder", path);
    goto done;
  }
  for (;;) {
    if ((status = limen_grow(&content, &capacity, used + (1 << 12) + 1, 1, error)) != LIMEN_OK)
      goto done;
    size_t got = fread(content + used, 1, capacity - used - 1, stream);
    used += got;
    if (used > most) {
      status = LIMEN_FAIL(error, LIMEN_INPUT, "%s is larger than %zu bytes, the most that is read",
                          path, most);
      goto done;
    }
    if (got == 0) break;
  }
  if (ferror(stream)) {
    status = LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s to its end: %s", path, strerror(errno));
    goto done;
  }
  content[used] = '\0';
  *bytes = content;
  *count = used;
  content = NULL;
done:
  if (stream) fclose(stream);
  limen_free(content);
  return status;
}

bool limen_file_exists(const char *path) { return access(path, F_OK) == 0; }

bool limen_folder_exists(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* ---- folders ---- */

int limen_folder_make(const char *path, struct limen_error *error) {
  char *copy = limen_copy_text(path, error);
  if (!copy) return LIMEN_FAILED;
  int status = LIMEN_OK;
  for (char *at = copy + (*copy != '\0');; at++) { /* the root need not be made */
    if (*at != '/' && *at != '\0') continue;
    char kept = *at;
    *at = '\0';
    struct stat about;
    int reason = mkdir(copy, 0777) == 0 ? 0 : errno; /* stat has reasons of its own */
    if (reason && !(stat(copy, &about) == 0 && S_ISDIR(about.st_mode))) {
      status = LIMEN_FAIL(error, LIMEN_FAILED,
                          "cannot make the folder %s: %s; choose another one with --out", copy,
                          strerror(reason == EEXIST ? ENOTDIR : reason));
      break;
    }
    *at = kept;
    if (kept == '\0') break;
  }
  limen_free(copy);
  return status;
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where) {
  (void)about, (void)type, (void)where;
  return remove(path);
}

int limen_folder_remove(const char *path, struct limen_error *error) {
  if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
    return LIMEN_FAIL(error, LIMEN_FAILED, "cannot remove %s: %s", path, strerror(errno));
  return LIMEN_OK;
}

int limen_folder_rename(const char *from, const char *to, struct limen_error *error) {
  if (rename(from, to) != 0) {
    int reason = errno;
    return LIMEN_FAIL(error, LIMEN_FAILED, "cannot rename %s to %s: %s%s", from, to,
                      strerror(reason), advice(reason));
  }
  return LIMEN_OK;
}

/* Without an exchange the old folder must be out of the way first; it lies aside until then. */
static int replace_in_turn(const char *from, const char *to, struct limen_error *error) {
  char *old = limen_path_aside(to, error);
  if (!old) return LIMEN_FAILED;
  int status = limen_folder_rename(to, old, error);
  if (status == LIMEN_OK && (status = limen_folder_rename(from, to, error)) != LIMEN_OK)
    limen_folder_rename(old, to, NULL);
  else if (status == LIMEN_OK)
    status = limen_folder_remove(old, error);
  limen_free(old);
  return status;
}

int limen_folder_replace(const char *from, const char *to, struct limen_error *error) {
  struct stat about;
  if (lstat(to, &about) != 0 && errno == ENOENT) return limen_folder_rename(from, to, error);
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0)
    return limen_folder_remove(from, error); /* which is the old one by now */
  if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
    return replace_in_turn(from, to, error);
  int reason = errno;
  return LIMEN_FAIL(error, LIMEN_FAILED, "cannot put %s in the place of %s: %s%s", from, to,
                    strerror(reason), advice(reason));
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

int limen_folder_list(const char *path, char ***names, size_t *count, struct limen_error *error) {
  int status = LIMEN_OK;
  char **found = NULL;
  size_t used = 0, capacity = 0;
  DIR *folder = opendir(path);
  if (!folder) return LIMEN_FAIL(error, LIMEN_INPUT, "cannot list %s: %s", path, strerror(errno));
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    status = limen_grow(&found, &capacity, used + 1, sizeof *found, error);
    if (status != LIMEN_OK) goto done;
    if (!(found[used] = limen_copy_text(entry->d_name, error))) {
      status = LIMEN_FAILED;
      goto done;
    }
    used++;
  }
  if (used > 0) qsort(found, used, sizeof *found, by_bytes);
  *names = found;
  *count = used;
  found = NULL;
done:
  closedir(folder);
  if (found) limen_folder_list_free(found, used);
  return status;
}

void limen_folder_list_free(char **names, size_t count) {
  for (size_t i = 0; i < count; i++) limen_free(names[i]);
  limen_free(names);
}

char *limen_path_join(const char *folder, const char *name, struct limen_error *error) {
  size_t length = strlen(folder);
  return limen_print(error, "%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/",
                     name);
}
