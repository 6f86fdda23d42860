#include "retrieval/ranking_read.h"

#include <string.h>

#include "base/memory.h"
#include "data/lines.h"
#include "definition/words.h"

enum { COLUMNS = 6 };

struct reader {
  struct limen_lines lines;
  bool begun, by_tab; /* which of the two the first row tells */
};

struct row {
  const char *query, *document, *tag; /* valid until the next one */
  double score;
};

static int open_reader(struct reader *reader, const char *path, struct limen_error *error) {
  int status = limen_lines_open(&reader->lines, path, error);
  if (status != LIMEN_OK) return status;
  const char first = limen_lines_first(&reader->lines);
  if (first == '{' || first == '[' || first == '<')
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: it starts with `%c`; a run has six columns: query, Q0, document, rank, "
                      "score, tag",
                      path, first);
  return LIMEN_OK;
}

static int cut(struct reader *reader, char **fields, struct limen_error *error) {
  char *line = reader->lines.line;
  const size_t count =
      reader->by_tab ? limen_fields_by_tab(line, fields) : limen_fields_by_space(line, fields);
  if (count == COLUMNS) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "%zu columns%s in place of 6 (query, Q0, document, rank, score, tag)%s", count,
                    reader->by_tab ? " parted by tabs" : "",
                    reader->by_tab || count < COLUMNS
                        ? ""
                        : "; if an id has spaces, part the columns by tabs, or write another "
                          "character in their place here and in the judgements");
}

static int take_row(struct reader *reader, struct row *out, struct limen_error *error) {
  char *fields[LIMEN_FIELDS_MOST];
  int status = cut(reader, fields, error);
  if (status != LIMEN_OK) return status;
  *out = (struct row){.query = fields[0], .document = fields[2], .tag = fields[5]};
  status = limen_field_id(out->query, "the query's id", error);
  if (status == LIMEN_OK) status = limen_field_id(out->document, "the document's id", error);
  if (status == LIMEN_OK) status = limen_field_id(out->tag, "the tag", error);
  if (status == LIMEN_OK) status = limen_field_number(fields[4], "the score", &out->score, error);
  return status;
}

static size_t count_tabs(const char *line) {
  size_t count = 0;
  for (; *line; line++) count += *line == '\t';
  return count;
}

/* `*more` is false when there is no further row. A line that starts with # is a comment, as for
 * trec_eval. */
static int next(struct reader *reader, struct row *out, bool *more, struct limen_error *error) {
  int status;
  do {
    status = limen_lines_next(&reader->lines, more, error);
    if (status != LIMEN_OK || !*more) return status;
  } while (reader->lines.line[0] == '#');
  if (!reader->begun) reader->by_tab = count_tabs(reader->lines.line) == COLUMNS - 1;
  reader->begun = true;
  status = take_row(reader, out, error);
  return status == LIMEN_OK ? LIMEN_OK : limen_lines_blame(&reader->lines, status, error);
}

/* The error for a document that a query has twice: reads again, to say on which lines. */
static int name_twice(const char *path, const char *query, const char *document,
                      struct limen_error *error) {
  struct reader reader = {0};
  struct row row;
  char shown[2][LIMEN_WORDS_SIZE];
  size_t line = 0;
  bool more = true;
  int status = open_reader(&reader, path, error);
  while (status == LIMEN_OK && (status = next(&reader, &row, &more, error)) == LIMEN_OK && more) {
    if (strcmp(row.query, query) != 0 || strcmp(row.document, document) != 0) continue;
    if (line > 0) break;
    line = reader.lines.number;
  }
  if (status == LIMEN_OK) {
    status = LIMEN_FAIL(
        error, LIMEN_INPUT, "query %s has document %s on line %zu already; keep one of them",
        limen_words_quote(query, shown[0]), limen_words_quote(document, shown[1]), line);
    limen_lines_blame(&reader.lines, status, error);
  }
  limen_lines_close(&reader.lines);
  return status;
}

static int refuse_twice(const char *path, const struct limen_ranking *ranking,
                        struct limen_error *error) {
  for (size_t q = 0; q < ranking->count; q++) {
    const struct limen_ranked_query *query = &ranking->query[q];
    size_t second;
    int status = limen_id_index_twice(&query->ranked->document, sizeof *query->ranked, query->count,
                                      &second, error);
    if (status == LIMEN_OK && second != SIZE_MAX)
      status = name_twice(path, query->id, query->ranked[second].document, error);
    if (status != LIMEN_OK) return status;
  }
  return LIMEN_OK;
}

/* Of all rows the last one's tag stays. */
static int set_tag(struct limen_ranking *ranking, const char *tag, struct limen_error *error) {
  if (ranking->tag && strcmp(ranking->tag, tag) == 0) return LIMEN_OK;
  limen_free(ranking->tag);
  return (ranking->tag = limen_copy_text(tag, error)) ? LIMEN_OK : LIMEN_FAILED;
}

int limen_ranking_read(const char *path, struct limen_ranking *out, struct limen_error *error) {
  struct reader reader = {0};
  struct row row;
  bool more = true;
  *out = (struct limen_ranking){0};
  int status = open_reader(&reader, path, error);
  while (status == LIMEN_OK && (status = next(&reader, &row, &more, error)) == LIMEN_OK && more) {
    status = limen_ranking_add(out, row.query, row.document, row.score, error);
    if (status == LIMEN_OK) status = set_tag(out, row.tag, error);
  }
  if (status == LIMEN_OK && out->count == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: it has no row", path);
  limen_lines_close(&reader.lines);
  if (status == LIMEN_OK) status = refuse_twice(path, out, error);
  if (status == LIMEN_OK) status = limen_ranking_sort(out, error);
  if (status != LIMEN_OK) limen_ranking_clear(out);
  return status;
}
