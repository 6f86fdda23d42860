/* A repository may be a stranger's, and what its configuration says to start must not be started:
 *
 *   - git is given whole words, none of them through a shell, and paths are taken literally
 *   - nothing is fetched (protocol.allow), no signature is shown (which starts gpg.program), no
 * file is watched (fsmonitor), nothing is converted (cat-file, in place of show)
 *   - what git prints is checked before it is used: a line is a hash and a date, or it is refused
 */
#include "cli/history_git.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/process.h"
#include "gate/baseline.h"

enum { LOG_MOST = 1 << 20 /* bytes; a commit takes 76 at most */, HASH_MOST = 64, DATE = 10 };

/* "a/b.json" as the folder "a" and the name "b.json"; the folder is a new string. */
static int split(const char *path, char **folder, const char **name, struct limen_error *error) {
  const char *slash = strrchr(path, '/');
  *name = slash ? slash + 1 : path;
  *folder = !slash          ? limen_copy_text(".", error)
            : slash == path ? limen_copy_text("/", error)
                            : limen_print(error, "%.*s", (int)(slash - path), path);
  return *folder ? LIMEN_OK : LIMEN_FAILED;
}

static int git(const char *const *words, const char *folder, size_t most, struct limen_text *out,
               struct limen_error *error) {
  static const char *const careful[] = {"git",
                                        "--no-pager",
                                        "--literal-pathspecs",
                                        "-c",
                                        "protocol.allow=never",
                                        "-c",
                                        "core.fsmonitor=false",
                                        "-c",
                                        "core.hooksPath=/dev/null"};
  enum { CAREFUL = sizeof careful / sizeof *careful, WORDS_MOST = 16 };
  const char *all[CAREFUL + WORDS_MOST + 1] = {0};
  memcpy(all, careful, sizeof careful);
  for (size_t i = 0; words[i]; i++) all[CAREFUL + i] = words[i];
  return limen_process_read(all, folder, most, out, error);
}

/* Whether a line is a hash in hexadecimal, a blank and a date. */
static bool is_commit(const char *line, size_t length, size_t *hash) {
  *hash = strspn(line, "0123456789abcdef");
  if ((*hash != 40 && *hash != HASH_MOST) || length != *hash + 1 + DATE || line[*hash] != ' ')
    return false;
  for (size_t i = 0; i < DATE; i++) {
    const char c = line[*hash + 1 + i];
    if (i == 4 || i == 7 ? c != '-' : c < '0' || c > '9') return false;
  }
  return true;
}

/* One version: of the commit in `hash`, made on `date`. */
static int add_version(struct limen_history *history, const char *path, const char *folder,
                       const char *name, const char *hash, const char *date,
                       struct limen_error *error) {
  struct limen_text text = {0};
  struct limen_measured measured = {0};
  struct limen_error reason = {0};
  char *object = limen_print(error, "%s:./%s", hash, name);
  char *label = limen_print(error, "%s@%.10s", path, hash);
  int status = object && label ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    const char *const words[] = {"cat-file", "blob", object, NULL};
    status = git(words, folder, LIMEN_BASELINE_MOST, &text, error);
  }
  if (status == LIMEN_OK) {
    status = limen_baseline_parse(label, limen_text_string(&text), text.length, &measured, &reason);
    if (status == LIMEN_INPUT) {
      fprintf(stderr, "note: left out: %s\n", reason.text);
      status = LIMEN_OK;
    } else if (status == LIMEN_OK) {
      status = limen_history_add(history, label, measured.accepted.count > 0 ? NULL : date,
                                 &measured, error);
    } else {
      LIMEN_FAIL(error, status, "%s", reason.text);
    }
  }
  limen_text_clear(&text);
  limen_free(object);
  limen_free(label);
  return status;
}

static int add_versions(struct limen_history *history, const char *path, const char *folder,
                        const char *name, const char *log, struct limen_error *error) {
  int status = LIMEN_OK;
  size_t count = 0;
  for (const char *line = log; *line && status == LIMEN_OK;) {
    const size_t length = strcspn(line, "\n");
    size_t digits;
    if (!is_commit(line, length, &digits))
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s: git tells of a commit in another way than asked",
                        path);
    char hash[HASH_MOST + 1], date[DATE + 1];
    snprintf(hash, sizeof hash, "%.*s", (int)digits, line);
    snprintf(date, sizeof date, "%.*s", DATE, line + digits + 1);
    status = add_version(history, path, folder, name, hash, date, error);
    line += length + (line[length] == '\n');
    count++;
  }
  if (count == LIMEN_HISTORY_COMMITS_MOST)
    fprintf(stderr, "note: %s: the last %zu versions; older ones are left out\n", path, count);
  return status;
}

int limen_history_add_git(struct limen_history *history, const char *path,
                          struct limen_error *error) {
  const size_t before = history->count;
  struct limen_text log = {0};
  char *folder = NULL, most[32];
  const char *name = NULL;
  snprintf(most, sizeof most, "--max-count=%d", LIMEN_HISTORY_COMMITS_MOST);
  int status = split(path, &folder, &name, error);
  if (status == LIMEN_OK) {
    /* %cs, the day of the commit; deletions have no version. */
    const char *const words[] = {"log",
                                 "--no-show-signature",
                                 "--no-color",
                                 "--no-decorate",
                                 "--no-notes",
                                 "--no-renames",
                                 "--diff-filter=AMT",
                                 "--reverse",
                                 most,
                                 "--format=%H %cs",
                                 "--",
                                 name,
                                 NULL};
    status = git(words, folder, LOG_MOST, &log, error);
    if (status == LIMEN_FAILED && !log.failed) {
      const struct limen_error reason = *error;
      status =
          LIMEN_FAIL(error, LIMEN_INPUT, "%s: its versions cannot be read: %s", path, reason.text);
    }
  }
  if (status == LIMEN_OK && log.length == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: git has no version of it; `git add` and `git commit` make one", path);
  if (status == LIMEN_OK)
    status = add_versions(history, path, folder, name, limen_text_string(&log), error);
  if (status == LIMEN_OK && history->count == before)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: none of its versions is a baseline", path);
  limen_text_clear(&log);
  limen_free(folder);
  return status;
}
