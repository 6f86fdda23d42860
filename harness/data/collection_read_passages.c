/* Documents and queries from files, by what the first byte says: `{` JSON lines, `<` SGML, anything
 * else columns. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/collection_json.h"
#include "data/collection_read.h"
#include "data/collection_read_sgml.h"
#include "definition/words.h"

struct taking {
  struct limen_passages *passages;
  struct limen_id_index index;
};

static int take(void *context, const char *id, const char *title, const char *text,
                struct limen_error *error) {
  struct taking *taking = context;
  struct limen_passages *passages = taking->passages;
  const size_t stride = sizeof *passages->passage;
  char shown[LIMEN_WORDS_SIZE];
  if (passages->count > 0 &&
      limen_id_index_find(&taking->index, &passages->passage->id, stride, id) != SIZE_MAX)
    return LIMEN_FAIL(error, LIMEN_INPUT, "the id %s came before already; ids must differ",
                      limen_words_quote(id, shown));
  int status = limen_passages_add(passages, id, title, text, error);
  if (status != LIMEN_OK) return status;
  return limen_id_index_add(&taking->index, &passages->passage->id, stride, error);
}

/* ---- JSON lines ---- */

static int take_json(struct taking *taking, struct limen_lines *lines, struct limen_error *error) {
  static const char *const ids[] = {"_id", "id", NULL}, *const titles[] = {"title", NULL},
                           *const texts[] = {"text", NULL};
  char room[LIMEN_JSON_ROOM];
  const char *id, *title, *text;
  json_t *row = NULL;
  int status = limen_json_line(lines, &row, error);
  if (status == LIMEN_OK) status = limen_json_id(row, ids, room, &id, error);
  if (status == LIMEN_OK) status = limen_json_text_or_none(row, titles, &title, error);
  if (status == LIMEN_OK) status = limen_json_text(row, texts, &text, error);
  if (status == LIMEN_OK) status = take(taking, id, title, text, error);
  json_decref(row);
  return status;
}

/* ---- columns ---- */

static bool is_header(char *const *fields) {
  static const char *const names[] = {"_id", "id",  "docid",    "doc_id",  "docno",
                                      "pid", "qid", "query-id", "query_id"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcasecmp(fields[0], names[i]) == 0) return true;
  return false;
}

static int take_columns(struct taking *taking, struct limen_lines *lines, bool first,
                        struct limen_error *error) {
  char *fields[LIMEN_FIELDS_MOST];
  const size_t count = limen_fields_by_tab(lines->line, fields);
  if (count != 2 && count != 3)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%zu column%s parted by tabs; an id and a text are needed, or an id, a title "
                      "and a text",
                      count, count == 1 ? "" : "s");
  if (first && is_header(fields)) return LIMEN_OK;
  int status = limen_field_id(fields[0], "the id", error);
  if (status != LIMEN_OK) return status;
  return take(taking, fields[0], count == 3 ? fields[1] : "", fields[count - 1], error);
}

/* ---- files ---- */

static int read_lines(struct taking *taking, struct limen_lines *lines, bool json,
                      struct limen_error *error) {
  bool more = true;
  for (bool first = true; more; first = false) {
    int status = limen_lines_next(lines, &more, error);
    if (status != LIMEN_OK || !more) return status;
    status = json ? take_json(taking, lines, error) : take_columns(taking, lines, first, error);
    if (status != LIMEN_OK) return limen_lines_blame(lines, status, error);
  }
  return LIMEN_OK;
}

static int read_file(struct taking *taking, const char *path, struct limen_error *error) {
  struct limen_lines lines;
  const size_t before = taking->passages->count;
  int status = limen_lines_open(&lines, path, error);
  if (status == LIMEN_OK) {
    const char first = limen_lines_first(&lines);
    if (first == '[')
      status = LIMEN_FAIL(error, LIMEN_INPUT,
                          "%s: it starts with `[`; one JSON object a line is needed, not an array",
                          path);
    else if (first == '<')
      status = limen_sgml_read(&lines, take, taking, error);
    else
      status = read_lines(taking, &lines, first == '{', error);
  }
  if (status == LIMEN_OK && taking->passages->count == before)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: it has no document and no query", path);
  limen_lines_close(&lines);
  return status;
}

static int read_folder(struct taking *taking, const char *path, struct limen_error *error) {
  char **names = NULL;
  size_t count = 0;
  int status = limen_folder_list(path, &names, &count, error);
  if (status == LIMEN_OK && count == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: the folder is empty", path);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    char *file = limen_path_join(path, names[i], error);
    status = file ? read_file(taking, file, error) : LIMEN_FAILED;
    limen_free(file);
  }
  limen_folder_list_free(names, count);
  return status;
}

int limen_passages_read(const char *path, struct limen_passages *out, struct limen_error *error) {
  struct stat about;
  *out = (struct limen_passages){0};
  struct taking taking = {.passages = out};
  int status = stat(path, &about) == 0 && S_ISDIR(about.st_mode) ? read_folder(&taking, path, error)
                                                                 : read_file(&taking, path, error);
  limen_id_index_clear(&taking.index);
  if (status != LIMEN_OK) limen_passages_clear(out);
  return status;
}
