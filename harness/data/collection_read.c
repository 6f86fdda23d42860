/* A folder with documents, queries and judgements: which file is which. */
#include "data/collection_read.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const document_stems[] = {"corpus", "documents", "docs", NULL};
static const char *const query_stems[] = {"queries", "topics", "query-text", NULL};
static const char *const qrels_stems[] = {"qrels", NULL};
static const char *const endings[] = {"", ".jsonl", ".json", ".tsv", ".trec", ".txt", NULL};

void limen_collection_files_clear(struct limen_collection_files *files) {
  limen_free(files->documents);
  limen_free(files->queries);
  limen_free(files->qrels);
  *files = (struct limen_collection_files){0};
}

static bool is_folder(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* ---- usual names ---- */

/* "STEM", "STEM.jsonl", "STEM.jsonl.gz" ... */
static bool is_called(const char *name, const char *stem) {
  const size_t length = strlen(stem);
  if (strncmp(name, stem, length) != 0) return false;
  for (size_t i = 0; endings[i]; i++) {
    const size_t more = strlen(endings[i]);
    const char *rest = name + length + more;
    if (strncmp(name + length, endings[i], more) == 0 && (*rest == '\0' || !strcmp(rest, ".gz")))
      return true;
  }
  return false;
}

/* The first of `names` that a stem fits, earlier stems first; NULL when there is none. */
static const char *pick(char *const *names, size_t count, const char *const *stems) {
  for (size_t s = 0; stems[s]; s++)
    for (size_t i = 0; i < count; i++)
      if (is_called(names[i], stems[s])) return names[i];
  return NULL;
}

/* BEIR keeps a file for each split in a folder. */
static int pick_split(char **path, struct limen_error *error) {
  static const char *const test[] = {"test", NULL};
  char **names = NULL, *file = NULL;
  size_t count = 0;
  int status = limen_folder_list(*path, &names, &count, error);
  if (status != LIMEN_OK) return status;
  const char *name = count == 1 ? names[0] : pick(names, count, test);
  if (name && !(file = limen_path_join(*path, name, error))) status = LIMEN_FAILED;
  if (!name)
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: %zu files and none is called `test`; name the judgements that count",
                        *path, count);
  if (file) {
    limen_free(*path);
    *path = file;
  }
  limen_folder_list_free(names, count);
  return status;
}

int limen_collection_find(const char *folder, struct limen_collection_files *out,
                          struct limen_error *error) {
  char **names = NULL;
  size_t count = 0;
  *out = (struct limen_collection_files){0};
  const struct {
    const char *const *stems;
    char **path;
  } parts[] = {
      {document_stems, &out->documents}, {query_stems, &out->queries}, {qrels_stems, &out->qrels}};
  int status = limen_folder_list(folder, &names, &count, error);
  for (size_t i = 0; i < 3 && status == LIMEN_OK; i++) {
    const char *name = pick(names, count, parts[i].stems);
    if (name && !(*parts[i].path = limen_path_join(folder, name, error))) status = LIMEN_FAILED;
  }
  if (status == LIMEN_OK && out->qrels && is_folder(out->qrels))
    status = pick_split(&out->qrels, error);
  limen_folder_list_free(names, count);
  if (status != LIMEN_OK) limen_collection_files_clear(out);
  return status;
}

/* ---- reading ---- */

static int missing(const char *folder, const char *what, const char *const *stems,
                   struct limen_error *error) {
  struct limen_text text = {0};
  for (size_t i = 0; stems[i]; i++) limen_text_print(&text, "%s%s", i ? ", " : "", stems[i]);
  limen_text_add(&text, " with any of the endings");
  for (size_t i = 1; endings[i]; i++)
    limen_text_print(&text, "%s %s", i > 1 ? "," : "", endings[i]);
  int status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: there are no %s; they are looked for as %s",
                          folder, what, limen_text_string(&text));
  limen_text_clear(&text);
  return status;
}

int limen_collection_read(const char *folder, unsigned parts, struct limen_collection *out,
                          struct limen_error *error) {
  struct limen_collection_files files;
  *out = (struct limen_collection){0};
  int status = limen_collection_find(folder, &files, error);
  if (status == LIMEN_OK && (parts & LIMEN_COLLECTION_DOCUMENTS))
    status = files.documents ? limen_passages_read(files.documents, &out->documents, error)
                             : missing(folder, "documents", document_stems, error);
  if (status == LIMEN_OK && (parts & LIMEN_COLLECTION_QUERIES))
    status = files.queries ? limen_passages_read(files.queries, &out->queries, error)
                           : missing(folder, "queries", query_stems, error);
  if (status == LIMEN_OK && (parts & LIMEN_COLLECTION_QRELS))
    status = files.qrels ? limen_qrels_read(files.qrels, &out->qrels, error)
                         : missing(folder, "judgements", qrels_stems, error);
  limen_collection_files_clear(&files);
  if (status != LIMEN_OK) limen_collection_clear(out);
  return status;
}
