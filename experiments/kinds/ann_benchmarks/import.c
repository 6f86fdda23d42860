/* ann-benchmarks: a tree of others' answers becomes a definition of the kind ann_benchmarks.
 *
 * The tree is walked once: TREE/DATASET/K/ALGORITHM/ARGUMENTS.hdf5, the dataset named after its
 * file. Below the dataset's folder nothing is followed that could lead out of it. What has the name
 * of a result is listed, whatever it turns out to be, so that the report tells why it is not used;
 * what cannot even be named is counted. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "definition/definition.h"
#include "definition/words.h"
#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"
#include "run/importer.h"

static const char ENDING[] = ".hdf5";

/* Results of a tree, as K/ALGORITHM/ARGUMENTS. */
struct list {
  const char *folder; /* the dataset's */
  char **results;
  size_t count, capacity;
  size_t left_out;
  struct limen_text notes; /* a line for the first of every reason to leave something out */
};

static void list_clear(struct list *list) {
  for (size_t i = 0; i < list->count; i++) limen_free(list->results[i]);
  limen_free(list->results);
  limen_text_clear(&list->notes);
}

/* ---- the dataset's folder ---- */

/* "a/glove-25-angular.hdf5" -> "glove-25-angular" */
static char *stem_of(const char *path, struct limen_error *error) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t length = strlen(name);
  const size_t ending = strlen(ENDING);
  if (length > ending && strcmp(name + length - ending, ENDING) == 0) length -= ending;
  return limen_print(error, "%.*s", (int)length, name);
}

static size_t number_of(const char *name) {
  char *end;
  unsigned long k = strtoul(name, &end, 10);
  return name[0] >= '1' && name[0] <= '9' && *end == '\0' && k <= ANN_K_MOST ? k : 0;
}

static int no_folder(const char *tree, const char *stem, char **names, size_t count,
                     struct limen_error *error) {
  struct limen_text there = {0};
  char shown[LIMEN_WORDS_SIZE];
  for (size_t i = 0; i < count && there.length < 400; i++)
    limen_text_print(&there, "%s%s", i ? ", " : "", limen_words_quote(names[i], shown));
  int status = LIMEN_FAIL(
      error, LIMEN_INPUT,
      "%s holds no folder %s, named after the dataset's file, nor folders named "
      "after a k, such as 10; there is: %s",
      tree, limen_words_quote(stem, shown), there.length ? limen_text_string(&there) : "nothing");
  limen_text_clear(&there);
  return status;
}

/* TREE/DATASET, or TREE itself when it is that already. */
static int find_folder(const char *tree, const char *data, char **out, struct limen_error *error) {
  char **names = NULL, *stem = stem_of(data, error);
  size_t count = 0;
  bool is_dataset = false;
  *out = stem ? limen_path_join(tree, stem, error) : NULL;
  int status = *out ? limen_folder_list(tree, &names, &count, error) : LIMEN_FAILED;
  for (size_t i = 0; i < count; i++) is_dataset = is_dataset || number_of(names[i]) > 0;
  if (status == LIMEN_OK && !limen_folder_exists(*out)) {
    limen_free(*out);
    *out = NULL;
    if (is_dataset)
      status = (*out = limen_copy_text(tree, error)) ? LIMEN_OK : LIMEN_FAILED;
    else
      status = no_folder(tree, stem, names, count, error);
  }
  limen_folder_list_free(names, count);
  limen_free(stem);
  return status;
}

/* ---- walking ---- */

static void leave_out(struct list *list, const char *where, const char *name, const char *why) {
  enum { NOTES_MOST = 8 };
  char shown[LIMEN_WORDS_SIZE];
  if (list->left_out++ < NOTES_MOST)
    limen_text_print(&list->notes, "left out: %s in %s: %s\n", limen_words_quote(name, shown),
                     *where ? where : "the dataset's folder", why);
}

/* Whether DATASET/WHERE/NAME is a folder of the tree itself. */
static bool is_folder(const struct list *list, const char *where, const char *name) {
  struct stat about;
  char *path = limen_print(NULL, "%s/%s/%s", list->folder, where, name);
  const bool is = path && lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
  limen_free(path);
  return is;
}

static int add_result(struct list *list, const char *where, const char *file,
                      struct limen_error *error) {
  const size_t length = strlen(file), ending = strlen(ENDING);
  if (length <= ending || strcmp(file + length - ending, ENDING) != 0) {
    leave_out(list, where, file, "its name does not end with .hdf5");
    return LIMEN_OK;
  }
  if (!limen_words_plain(file, length)) {
    leave_out(list, where, file, "its name is not plain text");
    return LIMEN_OK;
  }
  int status =
      limen_grow(&list->results, &list->capacity, list->count + 1, sizeof *list->results, error);
  if (status != LIMEN_OK) return status;
  char *result = limen_print(error, "%s/%.*s", where, (int)(length - ending), file);
  if (!result) return LIMEN_FAILED;
  list->results[list->count++] = result;
  return LIMEN_OK;
}

/* Calls `visit` with every name in DATASET/WHERE, in order. */
static int each_name(struct list *list, const char *where,
                     int (*visit)(struct list *list, const char *where, const char *name,
                                  struct limen_error *error),
                     struct limen_error *error) {
  char **names = NULL, *path = limen_path_join(list->folder, where, error);
  size_t count = 0;
  int status = path ? limen_folder_list(path, &names, &count, error) : LIMEN_FAILED;
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    status = visit(list, where, names[i], error);
  limen_folder_list_free(names, count);
  limen_free(path);
  return status;
}

static int visit_algorithm(struct list *list, const char *where, const char *name,
                           struct limen_error *error) {
  if (!is_folder(list, where, name)) {
    leave_out(list, where, name, "it is no folder of an algorithm");
    return LIMEN_OK;
  }
  if (!limen_words_plain(name, strlen(name))) {
    leave_out(list, where, name, "its name is not plain text");
    return LIMEN_OK;
  }
  char *inner = limen_path_join(where, name, error);
  int status = inner ? each_name(list, inner, add_result, error) : LIMEN_FAILED;
  limen_free(inner);
  return status;
}

static int visit_k(struct list *list, const char *where, const char *name,
                   struct limen_error *error) {
  if (number_of(name) == 0 || !is_folder(list, where, name)) {
    leave_out(list, where, name, "it is no folder named after a k");
    return LIMEN_OK;
  }
  return each_name(list, name, visit_algorithm, error);
}

/* k as numbers, then in the order of bytes. */
static int by_name(const void *a, const void *b) {
  const char *x = *(char *const *)a, *y = *(char *const *)b;
  const unsigned long m = strtoul(x, NULL, 10), n = strtoul(y, NULL, 10);
  return m != n ? (m > n) - (m < n) : strcmp(x, y);
}

/* ---- what they hold ---- */

/* Names and hashes of all, so that other bytes make other cells. */
static int hash_contents(const struct list *list, char hash[LIMEN_HASH_SIZE],
                         struct limen_error *error) {
  struct limen_text all = {0};
  int status = LIMEN_OK;
  for (size_t i = 0; i < list->count && status == LIMEN_OK; i++) {
    char one[LIMEN_HASH_SIZE] = "not usable";
    char *path = limen_print(error, "%s/%s%s", list->folder, list->results[i], ENDING);
    status = path ? LIMEN_OK : LIMEN_FAILED;
    if (path && ann_file_check(path, NULL) == LIMEN_OK &&
        limen_hash_file(path, one, NULL) != LIMEN_OK)
      strcpy(one, "not readable");
    limen_text_print(&all, "%s  %s\n", one, list->results[i]);
    limen_free(path);
  }
  if (status == LIMEN_OK) status = limen_text_status(&all, error);
  if (status == LIMEN_OK)
    status = limen_hash_text(limen_text_string(&all), all.length, hash, error);
  limen_text_clear(&all);
  return status;
}

/* ---- the definition ---- */

static void quote(const char *text, struct limen_text *out) {
  limen_text_add(out, "\"");
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') limen_text_add(out, "\\");
    limen_text_add_bytes(out, text, 1);
  }
  limen_text_add(out, "\"");
}

static int write_definition(const struct list *list, const char *data, const char *name,
                            struct limen_text *out, struct limen_error *error) {
  char hash[LIMEN_HASH_SIZE];
  int status = hash_contents(list, hash, error);
  if (status != LIMEN_OK) return status;
  limen_text_print(out,
                   "name: %s\nkind: ann_benchmarks\nquestion: What recall do these answers have, "
                   "and how fast were they given?\nparams:\n  data: ",
                   name);
  quote(data, out);
  limen_text_add(out, "\n  tree: ");
  quote(list->folder, out);
  limen_text_print(out, "\n  contents: \"%s\"\n  left_out: %zu\n  result:\n", hash, list->left_out);
  for (size_t i = 0; i < list->count; i++) {
    limen_text_add(out, "    - ");
    quote(list->results[i], out);
    limen_text_add(out, "\n");
  }
  if (out->length > LIMEN_DEFINITION_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: the names of its %zu results are longer together than a definition may "
                      "be, %d bytes; import copies of some of its folders, apart",
                      list->folder, list->count, LIMEN_DEFINITION_MOST);
  return limen_text_status(out, error);
}

static int check_path(const char *path, const char *what, struct limen_error *error) {
  char shown[LIMEN_WORDS_SIZE];
  if (limen_words_plain(path, strlen(path))) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_USAGE, "the path of the %s, %s, is not plain text; rename it",
                    what, limen_words_quote(path, shown));
}

static int define(const char *path, const char *data, const char *name,
                  struct limen_text *definition, struct limen_text *notes,
                  struct limen_error *error) {
  struct list list = {0};
  enum limen_metric metric;
  char *folder = NULL;
  int status = check_path(path, "tree", error);
  if (status == LIMEN_OK) status = check_path(data, "dataset", error);
  if (status == LIMEN_OK) status = ann_metric_of(data, &metric, error);
  if (status == LIMEN_OK) status = find_folder(path, data, &folder, error);
  list.folder = folder;
  if (status == LIMEN_OK) status = each_name(&list, "", visit_k, error);
  limen_text_add(notes, limen_text_string(&list.notes));
  if (status == LIMEN_OK && list.count == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: there is no result in it: files K/ALGORITHM/ARGUMENTS.hdf5 are looked "
                        "for",
                        folder);
  if (list.count > 0) qsort(list.results, list.count, sizeof *list.results, by_name);
  if (status == LIMEN_OK) status = write_definition(&list, data, name, definition, error);
  list_clear(&list);
  limen_free(folder);
  return status;
}

const struct limen_importer limen_importer_ann_benchmarks = {
    .name = "ann-benchmarks",
    .about = "a results tree of ann-benchmarks, judged again against its dataset",
    .kind = "ann_benchmarks",
    .define = define,
};
