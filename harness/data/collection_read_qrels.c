/* Judgements from a file: a reader that gives one after the other, and what makes them a set. When
 * a judgement turns out to be the second of its document, the file is read once more to say on
 * which line it stands, which costs nothing as long as files are right. */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "data/collection_json.h"
#include "data/collection_read.h"
#include "data/lines.h"
#include "definition/words.h"

enum form { JSON, BY_TAB, BY_SPACE };

struct reader {
  struct limen_lines lines;
  enum form form;
  size_t columns;                /* of every line of a table */
  size_t query, document, grade; /* which column is what */
  bool headed;                   /* the first line is a header, which was read */
  json_t *row;                   /* of the last line, holds its texts */
  char room[2][LIMEN_JSON_ROOM];
};

struct judgement {
  const char *query, *document; /* valid until the next one */
  int32_t grade;
};

static const char *const query_names[] = {"query-id", "query_id", "qid", "query", NULL};
static const char *const document_names[] = {"corpus-id", "corpus_id", "doc-id", "doc_id",
                                             "docid",     "docno",     "pid",    NULL};
static const char *const grade_names[] = {"score", "relevance", "rel", "grade", "label", NULL};

static bool is_among(const char *name, const char *const *names) {
  for (size_t i = 0; names[i]; i++)
    if (strcasecmp(name, names[i]) == 0) return true;
  return false;
}

/* ---- which form a table has ---- */

/* Names of columns, in any order. */
static bool read_header(struct reader *reader, char *const *fields, size_t count) {
  const size_t none = SIZE_MAX;
  size_t query = none, document = none, grade = none;
  for (size_t i = 0; i < count && i < LIMEN_FIELDS_MOST; i++) {
    if (query == none && is_among(fields[i], query_names)) query = i;
    if (document == none && is_among(fields[i], document_names)) document = i;
    if (grade == none && is_among(fields[i], grade_names)) grade = i;
  }
  if (query == none || document == none || grade == none) return false;
  reader->columns = count;
  reader->query = query;
  reader->document = document;
  reader->grade = grade;
  return true;
}

/* A line that starts with # is a comment, as for trec_eval. */
static int next_line(struct reader *reader, bool *more, struct limen_error *error) {
  int status;
  do status = limen_lines_next(&reader->lines, more, error);
  while (status == LIMEN_OK && *more && reader->form != JSON && reader->lines.line[0] == '#');
  return status;
}

/* Looks at the first line: two tabs or more make a table of tabs, whose fields may have spaces. */
static int tell_form(struct reader *reader, struct limen_error *error) {
  char *fields[LIMEN_FIELDS_MOST];
  bool more;
  int status = next_line(reader, &more, error);
  if (status != LIMEN_OK || !more) return status;
  char *tab = strchr(reader->lines.line, '\t');
  reader->form = tab && strchr(tab + 1, '\t') ? BY_TAB : BY_SPACE;
  size_t count = reader->form == BY_TAB ? limen_fields_by_tab(reader->lines.line, fields)
                                        : limen_fields_by_space(reader->lines.line, fields);
  reader->headed = read_header(reader, fields, count);
  if (!reader->headed) {
    const bool trec = reader->form == BY_SPACE || count != 3;
    reader->columns = trec ? 4 : 3;
    reader->document = reader->columns - 2;
    reader->grade = reader->columns - 1;
    reader->lines.at = reader->lines.start; /* the line is a judgement */
    reader->lines.number = 0;
  }
  return LIMEN_OK;
}

static int open_reader(struct reader *reader, const char *path, struct limen_error *error) {
  *reader = (struct reader){0};
  int status = limen_lines_open(&reader->lines, path, error);
  if (status != LIMEN_OK) return status;
  const char first = limen_lines_first(&reader->lines);
  if (first == '[' || first == '<')
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: it starts with `%c`; judgements are JSON lines, TREC qrels, or columns "
                      "parted by tabs",
                      path, first);
  reader->form = first == '{' ? JSON : BY_TAB;
  return first == '{' ? LIMEN_OK : tell_form(reader, error);
}

static void close_reader(struct reader *reader) {
  json_decref(reader->row);
  limen_lines_close(&reader->lines);
}

/* ---- a judgement ---- */

static int take_grade(double grade, int32_t *out, struct limen_error *error) {
  if (!(grade >= INT32_MIN && grade <= INT32_MAX) || grade != floor(grade))
    return LIMEN_FAIL(error, LIMEN_INPUT, "the grade is %g; a whole number of at most %d is needed",
                      grade, INT32_MAX);
  *out = (int32_t)grade;
  return LIMEN_OK;
}

static int read_json(struct reader *reader, struct judgement *out, struct limen_error *error) {
  double grade = 0;
  json_decref(reader->row);
  reader->row = NULL;
  int status = limen_json_line(&reader->lines, &reader->row, error);
  if (status == LIMEN_OK)
    status = limen_json_id(reader->row, query_names, reader->room[0], &out->query, error);
  if (status == LIMEN_OK)
    status = limen_json_id(reader->row, document_names, reader->room[1], &out->document, error);
  if (status == LIMEN_OK) status = limen_json_number(reader->row, grade_names, &grade, error);
  return status == LIMEN_OK ? take_grade(grade, &out->grade, error) : status;
}

static int count_columns(const struct reader *reader, size_t count, struct limen_error *error) {
  if (count == reader->columns) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT, "%zu columns%s in place of %zu (%s)%s", count,
                    reader->form == BY_TAB ? " parted by tabs" : "", reader->columns,
                    reader->headed         ? "as the header has"
                    : reader->columns == 3 ? "query, document, grade"
                                           : "query, iteration, document, grade",
                    reader->form == BY_SPACE && count > reader->columns
                        ? "; if an id has spaces, part the columns by tabs, or use JSON lines"
                        : "");
}

static int read_fields(struct reader *reader, struct judgement *out, struct limen_error *error) {
  char *fields[LIMEN_FIELDS_MOST], *line = reader->lines.line;
  double grade = 0;
  size_t count = reader->form == BY_TAB ? limen_fields_by_tab(line, fields)
                                        : limen_fields_by_space(line, fields);
  int status = count_columns(reader, count, error);
  if (status != LIMEN_OK) return status;
  out->query = fields[reader->query];
  out->document = fields[reader->document];
  status = limen_field_id(out->query, "the query's id", error);
  if (status == LIMEN_OK) status = limen_field_id(out->document, "the document's id", error);
  if (status == LIMEN_OK)
    status = limen_field_number(fields[reader->grade], "the grade", &grade, error);
  return status == LIMEN_OK ? take_grade(grade, &out->grade, error) : status;
}

/* `*more` is false when there is no further one. */
static int next(struct reader *reader, struct judgement *out, bool *more,
                struct limen_error *error) {
  int status = next_line(reader, more, error);
  if (status != LIMEN_OK || !*more) return status;
  status = reader->form == JSON ? read_json(reader, out, error) : read_fields(reader, out, error);
  return status == LIMEN_OK ? LIMEN_OK : limen_lines_blame(&reader->lines, status, error);
}

/* ---- the set ---- */

/* The error for a document that a query has twice, with the line of the second. */
static int name_twice(const char *path, const char *query, const char *document,
                      struct limen_error *error) {
  struct reader reader;
  struct judgement one;
  char shown[2][LIMEN_WORDS_SIZE];
  size_t first = 0;
  bool more = true;
  int status = open_reader(&reader, path, error);
  while (status == LIMEN_OK && (status = next(&reader, &one, &more, error)) == LIMEN_OK && more) {
    if (strcmp(one.query, query) != 0 || strcmp(one.document, document) != 0) continue;
    if (first > 0) break;
    first = reader.lines.number;
  }
  if (status == LIMEN_OK) {
    status = LIMEN_FAIL(
        error, LIMEN_INPUT, "query %s has document %s judged already on line %zu; keep one of them",
        limen_words_quote(query, shown[0]), limen_words_quote(document, shown[1]), first);
    limen_lines_blame(&reader.lines, status, error);
  }
  close_reader(&reader);
  return status;
}

static int refuse_twice(const char *path, const struct limen_qrels *qrels,
                        struct limen_error *error) {
  for (size_t q = 0; q < qrels->count; q++) {
    const struct limen_judged_query *judged = &qrels->query[q];
    size_t second;
    int status = limen_id_index_twice(&judged->judgement->document, sizeof *judged->judgement,
                                      judged->count, &second, error);
    if (status == LIMEN_OK && second != SIZE_MAX)
      status = name_twice(path, judged->id, judged->judgement[second].document, error);
    if (status != LIMEN_OK) return status;
  }
  return LIMEN_OK;
}

int limen_qrels_read(const char *path, struct limen_qrels *out, struct limen_error *error) {
  struct reader reader;
  struct judgement one;
  bool more = true;
  *out = (struct limen_qrels){0};
  int status = open_reader(&reader, path, error);
  while (status == LIMEN_OK && (status = next(&reader, &one, &more, error)) == LIMEN_OK && more)
    status = limen_qrels_add(out, one.query, one.document, one.grade, error);
  if (status == LIMEN_OK && out->count == 0)
    status = LIMEN_FAIL(error, LIMEN_INPUT, "%s: it has no judgement", path);
  close_reader(&reader);
  if (status == LIMEN_OK) status = refuse_twice(path, out, error);
  if (status != LIMEN_OK) limen_qrels_clear(out);
  return status;
}
