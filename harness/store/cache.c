#include "store/cache.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"

static const char content_name[] = "content", key_name[] = "key", sums_name[] = "SHA256SUMS";
enum { SUMS_SIZE = LIMEN_HASH_SIZE + sizeof "  content\n" };

/* A new string. The XDG rules have relative paths in their variables ignored. */
static char *cache_folder(struct limen_error *error) {
  const char *own = getenv("LIMEN_CACHE"), *all = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  if (own && *own) return limen_copy_text(own, error);
  if (all && *all == '/') return limen_path_join(all, "limen", error);
  if (home && *home) return limen_path_join(home, ".cache/limen", error);
  LIMEN_FAIL(error, LIMEN_FAILED,
             "there is no place for the cache: neither LIMEN_CACHE nor XDG_CACHE_HOME nor HOME is "
             "set; set LIMEN_CACHE to a folder");
  return NULL;
}

/* A new string: the folder of a key's entry. */
static char *entry_of(const char *key, struct limen_error *error) {
  char hex[LIMEN_HASH_SIZE];
  if (limen_hash_text(key, strlen(key), hex, error) != LIMEN_OK) return NULL;
  char *folder = cache_folder(error);
  char *entry = folder ? limen_path_join(folder, hex, error) : NULL;
  limen_free(folder);
  return entry;
}

/* The line that sha256sum writes for the content of an entry. */
static int sums_of(const char *entry, char sums[SUMS_SIZE], struct limen_error *error) {
  char *path = limen_path_join(entry, content_name, error);
  int status = path ? limen_hash_file(path, sums, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) strcat(strcat(strcat(sums, "  "), content_name), "\n");
  limen_free(path);
  return status;
}

static bool is_whole(const char *entry) {
  char sums[SUMS_SIZE], *path = limen_path_join(entry, sums_name, NULL), *listed = NULL;
  size_t length = 0;
  bool whole = path && limen_file_read(path, SUMS_SIZE, &listed, &length, NULL) == LIMEN_OK &&
               sums_of(entry, sums, NULL) == LIMEN_OK && strcmp(listed, sums) == 0;
  limen_free(listed);
  limen_free(path);
  return whole;
}

int limen_cache_get(const char *key, char **path, bool *found, struct limen_error *error) {
  *path = NULL;
  *found = false;
  char *entry = entry_of(key, error);
  if (!entry) return LIMEN_FAILED;
  int status = LIMEN_OK;
  if (limen_file_exists(entry)) {
    /* One that cannot be removed counts as absent all the same; a put will then say why. */
    if (!is_whole(entry))
      limen_folder_remove(entry, NULL);
    else if (!(*path = limen_path_join(entry, content_name, error)))
      status = LIMEN_FAILED;
  }
  *found = *path != NULL;
  limen_free(entry);
  return status;
}

/* Fills the folder `aside` with the three files. */
static int fill(const char *aside, const char *key,
                int (*write)(void *context, const char *path, struct limen_error *error),
                void *context, struct limen_error *error) {
  char sums[SUMS_SIZE];
  char *content = limen_path_join(aside, content_name, error);
  char *words = limen_path_join(aside, key_name, error);
  char *list = limen_path_join(aside, sums_name, error);
  int status = content && words && list ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK && (status = limen_folder_make(aside, error)) != LIMEN_OK)
    limen_error_prefix(error, "nothing can be cached (LIMEN_CACHE names another place)");
  if (status == LIMEN_OK) status = write(context, content, error);
  if (status == LIMEN_OK) status = limen_file_write(words, key, strlen(key), error);
  if (status == LIMEN_OK) status = sums_of(aside, sums, error);
  if (status == LIMEN_OK) status = limen_file_write(list, sums, strlen(sums), error);
  limen_free(content);
  limen_free(words);
  limen_free(list);
  return status;
}

/* A folder never replaces another one that holds something, so the first writer wins. What stands
 * in the way may also be damaged; looking for it removes it then, and another attempt succeeds,
 * unless others who do the same were quicker. */
static int move_into_place(const char *key, const char *aside, const char *entry, char **path,
                           struct limen_error *error) {
  enum { ATTEMPTS = 8 };
  for (int i = 0; i < ATTEMPTS; i++) {
    bool found = false;
    if (limen_folder_rename(aside, entry, NULL) == LIMEN_OK) {
      *path = limen_path_join(entry, content_name, error);
      return *path ? LIMEN_OK : LIMEN_FAILED;
    }
    int status = limen_cache_get(key, path, &found, error);
    if (status != LIMEN_OK || found) return status;
  }
  return LIMEN_FAIL(error, LIMEN_FAILED,
                    "%s is in the way and can be neither read nor removed; remove it, or name "
                    "another place for the cache by LIMEN_CACHE",
                    entry);
}

int limen_cache_put(const char *key,
                    int (*write)(void *context, const char *path, struct limen_error *error),
                    void *context, char **path, struct limen_error *error) {
  static atomic_ulong count;
  char *entry = entry_of(key, error), *aside = NULL;
  int status = LIMEN_FAILED;
  *path = NULL;
  if (entry)
    aside =
        limen_print(error, "%s.%ld-%lu.new", entry, (long)getpid(), atomic_fetch_add(&count, 1));
  /* A folder of this name can only be the left-over of a killed program. */
  if (aside) {
    limen_folder_remove(aside, NULL);
    status = fill(aside, key, write, context, error);
  }
  if (status == LIMEN_OK) status = move_into_place(key, aside, entry, path, error);
  /* Gone already when it was moved. */
  if (aside) limen_folder_remove(aside, NULL);
  limen_free(entry);
  limen_free(aside);
  return status;
}
