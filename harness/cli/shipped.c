#include "cli/shipped.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "definition/words.h"

enum { FOLDERS_MOST = 2 };

struct folders {
  char *path[FOLDERS_MOST]; /* owned; those that exist, the first one counts first */
  size_t count;
};

static bool is_folder(const char *path, struct stat *about) {
  return stat(path, about) == 0 && S_ISDIR(about->st_mode);
}

static void folders_clear(struct folders *folders) {
  for (size_t i = 0; i < folders->count; i++) limen_free(folders->path[i]);
  folders->count = 0;
}

/* Both folders count: many a project has an experiments/ of its own, which has nothing of ours. */
static int folders_find(struct folders *out, struct limen_error *error) {
  char program[PATH_MAX];
  struct stat here, there;
  *out = (struct folders){0};
  bool is_here = is_folder("experiments", &here);
  if (is_here && !(out->path[out->count++] = limen_copy_text("experiments", error)))
    return LIMEN_FAILED;
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  program[length > 0 ? length : 0] = '\0';
  char *slash = strrchr(program, '/');
  if (slash) *slash = '\0';
  char *beside = limen_print(error, "%s/../experiments", program);
  if (!beside) return LIMEN_FAILED;
  if (is_folder(beside, &there) &&
      !(is_here && here.st_dev == there.st_dev && here.st_ino == there.st_ino))
    out->path[out->count++] = beside;
  else
    limen_free(beside);
  if (out->count > 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE,
                    "there is no folder experiments/ here; run this from the project's folder, or "
                    "name a definition by its path");
}

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Whether one of the first `before` folders has a file of that name. */
static bool is_hidden(const struct folders *folders, size_t before, const char *name) {
  bool hidden = false;
  for (size_t i = 0; i < before && !hidden; i++) {
    char *path = limen_path_join(folders->path[i], name, NULL);
    hidden = path && limen_file_exists(path);
    limen_free(path);
  }
  return hidden;
}

int limen_shipped_each(int (*visit)(void *context, const char *path, struct limen_error *error),
                       void *context, struct limen_error *error) {
  struct folders folders;
  int status = folders_find(&folders, error);
  for (size_t f = 0; f < folders.count && status == LIMEN_OK; f++) {
    char **names = NULL;
    size_t count = 0;
    status = limen_folder_list(folders.path[f], &names, &count, error);
    for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
      if (!ends_with(names[i], ".yml") || is_hidden(&folders, f, names[i])) continue;
      char *path = limen_path_join(folders.path[f], names[i], error);
      status = path ? visit(context, path, error) : LIMEN_FAILED;
      limen_free(path);
    }
    if (names) limen_folder_list_free(names, count);
  }
  folders_clear(&folders);
  return status;
}

/* ---- finding one ---- */

/* The names of all definitions, and the one that was probably meant. */
struct names {
  struct limen_text list;
  struct limen_guess guess;
  char best[LIMEN_WORDS_SIZE]; /* what guess.best points to */
};

/* Adds "name" of "folder/name.yml". */
static int add_name(void *context, const char *path, struct limen_error *error) {
  (void)error;
  struct names *names = context;
  char name[LIMEN_WORDS_SIZE];
  const char *start = strrchr(path, '/') + 1;
  snprintf(name, sizeof name, "%.*s", (int)(strlen(start) - strlen(".yml")), start);
  limen_text_print(&names->list, "%s%s", names->list.length ? ", " : "", name);
  limen_guess_offer(&names->guess, name);
  if (names->guess.best == name) names->guess.best = strcpy(names->best, name);
  return LIMEN_OK;
}

static int unknown(const char *word, struct limen_error *error) {
  struct names names = {.guess.word = word};
  int status = limen_shipped_each(add_name, &names, error);
  const char *near = names.guess.best;
  if (status == LIMEN_OK)
    status = LIMEN_FAIL(error, LIMEN_USAGE,
                        "unknown experiment %.60s%s%s; there are: %s. Or name a definition by its "
                        "path",
                        word, near ? "; nearest: " : "", near ? near : "",
                        limen_text_string(&names.list));
  limen_text_clear(&names.list);
  return status;
}

int limen_shipped_find(const char *word, char **path, struct limen_error *error) {
  struct folders folders = {0};
  int status = LIMEN_OK;
  *path = NULL;
  if (strchr(word, '/') || ends_with(word, ".yml") || ends_with(word, ".yaml")) {
    *path = limen_copy_text(word, error);
    return *path ? LIMEN_OK : LIMEN_FAILED;
  }
  status = folders_find(&folders, error);
  for (size_t f = 0; f < folders.count && !*path && status == LIMEN_OK; f++) {
    if (!(*path = limen_print(error, "%s/%s.yml", folders.path[f], word))) {
      status = LIMEN_FAILED;
    } else if (!limen_file_exists(*path)) {
      limen_free(*path);
      *path = NULL;
    }
  }
  if (status == LIMEN_OK && !*path) status = unknown(word, error);
  folders_clear(&folders);
  return status;
}
