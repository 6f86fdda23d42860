#include "limits/certificate_sums.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "definition/words.h"

enum {
  LIST_MOST = 1 << 24, /* bytes: some hundred thousand files */
  NAME_AT = 66         /* where the name starts in a line: after the hash and two spaces */
};

bool limen_sums_name_is_plain(const char *name) {
  if (strcmp(name, "") == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return false;
  return limen_words_plain(name, strlen(name)) && !strpbrk(name, "\\/");
}

/* What a list says, NULs included, fit for a message of one line. */
static const char *printable(const char *text, size_t length, char out[128]) {
  if (length > 127) length = 127;
  for (size_t i = 0; i < length; i++) out[i] = (unsigned char)text[i] < 0x20 ? '?' : text[i];
  out[length] = '\0';
  return out;
}

/* ---- making ---- */

/* Links and devices are refused before anything is opened: a pipe would never end. */
static int check_entry(const char *path, const char *name, bool wants_folder,
                       struct limen_error *error) {
  struct stat about;
  char shown[LIMEN_WORDS_SIZE];
  if (!limen_sums_name_is_plain(name))
    return LIMEN_FAIL(error, LIMEN_NO, "a file with a name like %s cannot belong to a certificate",
                      limen_words_quote(name, shown));
  if (lstat(path, &about) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT, "cannot read %s: %s", path, strerror(errno));
  if (wants_folder && !S_ISDIR(about.st_mode))
    return LIMEN_FAIL(error, LIMEN_NO, "%s belongs to no claim: it is no folder", path);
  if (!wants_folder && !S_ISREG(about.st_mode))
    return LIMEN_FAIL(error, LIMEN_NO, "%s is no plain file", path);
  return LIMEN_OK;
}

static int add_file(const char *home, const char *claim, const char *name, struct limen_sums *out,
                    struct limen_error *error) {
  char hex[LIMEN_HASH_SIZE], *path = limen_path_join(home, name, error);
  int status = path ? check_entry(path, name, false, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_hash_file(path, hex, error);
  if (status == LIMEN_OK) limen_text_print(&out->text, "%s  %s/%s\n", hex, claim, name);
  out->files++;
  limen_free(path);
  return status;
}

static int add_claim(const char *folder, const char *claim, struct limen_sums *out,
                     struct limen_error *error) {
  char **names = NULL, *home = limen_path_join(folder, claim, error);
  size_t count = 0;
  int status = home ? check_entry(home, claim, true, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_folder_list(home, &names, &count, error);
  if (status == LIMEN_OK && count == 0)
    status = LIMEN_FAIL(error, LIMEN_NO, "%s is empty: a claim without a proof", home);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    status = add_file(home, claim, names[i], out, error);
  limen_folder_list_free(names, count);
  limen_free(home);
  return status;
}

int limen_sums_make(const char *folder, struct limen_sums *out, struct limen_error *error) {
  char **names = NULL;
  size_t count = 0;
  *out = (struct limen_sums){0};
  int status = limen_folder_list(folder, &names, &count, error);
  if (status != LIMEN_OK) return status;
  if (!(out->claims = limen_alloc(count, sizeof *out->claims, error))) status = LIMEN_FAILED;
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    if (strcmp(names[i], LIMEN_SUMS_NAME) == 0) continue;
    out->claims[out->n_claims++] = names[i];
    status = add_claim(folder, names[i], out, error);
    names[i] = NULL;
  }
  limen_folder_list_free(names, count);
  if (status == LIMEN_OK) status = limen_text_status(&out->text, error);
  if (status != LIMEN_OK) limen_sums_clear(out);
  return status;
}

void limen_sums_clear(struct limen_sums *sums) {
  limen_text_clear(&sums->text);
  if (sums->claims) limen_folder_list_free(sums->claims, sums->n_claims);
  *sums = (struct limen_sums){0};
}

int limen_sums_write(const char *folder, const struct limen_sums *sums, struct limen_error *error) {
  char *path = limen_path_join(folder, LIMEN_SUMS_NAME, error);
  int status =
      path ? limen_file_write(path, limen_text_string(&sums->text), sums->text.length, error)
           : LIMEN_FAILED;
  limen_free(path);
  return status;
}

/* ---- comparing ---- */

struct line {
  const char *start, *name; /* the name is the whole line when that is too short for a hash */
  size_t length, name_length;
};

/* The line at *at, and *at moved behind it; false at the end. */
static bool next_line(const char **at, const char *end, struct line *out) {
  if (*at == end) return false;
  const char *stop = memchr(*at, '\n', (size_t)(end - *at));
  size_t length = (size_t)((stop ? stop : end) - *at), before = length > NAME_AT ? NAME_AT : 0;
  *out = (struct line){*at, *at + before, length, length - before};
  *at = stop ? stop + 1 : end;
  return true;
}

static bool find_name(const char *text, size_t length, const struct line *wanted,
                      struct line *out) {
  const char *at = text;
  while (next_line(&at, text + length, out))
    if (out->name_length == wanted->name_length &&
        memcmp(out->name, wanted->name, wanted->name_length) == 0)
      return true;
  return false;
}

/* Two lists differ: says in which file. */
static int name_difference(const char *folder, const char *listed, size_t length,
                           const struct limen_text *found, struct limen_error *error) {
  struct line line, other;
  char words[128];
  const char *at = limen_text_string(found), *end = at + found->length;
  while (next_line(&at, end, &line)) {
    if (!find_name(listed, length, &line, &other))
      return LIMEN_FAIL(error, LIMEN_NO, "%s/%.*s is not listed in %s", folder,
                        (int)line.name_length, line.name, LIMEN_SUMS_NAME);
    if (line.length != other.length || memcmp(line.start, other.start, line.length) != 0)
      return LIMEN_FAIL(error, LIMEN_NO,
                        "%s/%.*s was altered: its SHA-256 is not the one that %s lists", folder,
                        (int)line.name_length, line.name, LIMEN_SUMS_NAME);
  }
  at = listed;
  while (next_line(&at, listed + length, &line))
    if (!find_name(limen_text_string(found), found->length, &line, &other))
      return LIMEN_FAIL(error, LIMEN_NO, "%s/%s lists %s, which is not there", folder,
                        LIMEN_SUMS_NAME, printable(line.name, line.name_length, words));
  return LIMEN_FAIL(error, LIMEN_NO,
                    "%s/%s lists a file twice, in another order, or ends in the middle of a line",
                    folder, LIMEN_SUMS_NAME);
}

int limen_sums_compare(const char *folder, const struct limen_sums *sums,
                       struct limen_error *error) {
  char *listed = NULL, *path = limen_path_join(folder, LIMEN_SUMS_NAME, error);
  size_t length = 0;
  struct stat about;
  int status = path ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK && lstat(path, &about) == 0 && !S_ISREG(about.st_mode))
    status = LIMEN_FAIL(error, LIMEN_NO, "%s is no plain file", path);
  if (status == LIMEN_OK) status = limen_file_read(path, LIST_MOST, &listed, &length, error);
  if (status == LIMEN_OK &&
      (length != sums->text.length || memcmp(listed, limen_text_string(&sums->text), length) != 0))
    status = name_difference(folder, listed, length, &sums->text, error);
  limen_free(listed);
  limen_free(path);
  return status;
}
