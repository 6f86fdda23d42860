/* limen bounds: how many dimensions judgements need, at least and at most. */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "data/collection_read.h"
#include "limits/dimension_bounds.h"

static const char *const sides[] = {"lower", "upper"};

struct bounds {
  struct limen_relevance_matrix matrix;
  struct limen_bound_value value[LIMEN_DIMENSION_BOUNDS_MOST];
  struct limen_dimension_range range;
};

/* ---- the table ---- */

static const char *number(size_t value, char out[24]) {
  if (value == LIMEN_BOUND_NONE)
    snprintf(out, 24, "-");
  else
    snprintf(out, 24, "%zu", value);
  return out;
}

static void print_range(const char *what, size_t lower, size_t upper) {
  if (lower == upper)
    printf("%s: %zu dimension%s, no less and no more\n", what, lower, lower == 1 ? "" : "s");
  else
    printf("%s: at least %zu, at most %zu dimensions\n", what, lower, upper);
}

static void print(const char *path, const struct bounds *bounds) {
  const struct limen_relevance_matrix *matrix = &bounds->matrix;
  char any[24], unit[24];
  printf("%s: %zu queries, %zu documents, %zu of them wanted\n", path, matrix->queries,
         matrix->documents, matrix->wanted);
  if (matrix->rows == 0) {
    printf("no query wants some documents and not others: any vectors serve\n");
    return;
  }
  printf("%zu different set%s wanted, of %zu", matrix->rows, matrix->rows == 1 ? " is" : "s are",
         matrix->least);
  if (matrix->most > matrix->least) printf(" to %zu", matrix->most);
  printf(" among %zu kinds of documents\n\n", matrix->columns);
  printf("%-6s %-14s %10s %11s  %s\n", "side", "bound", "any length", "unit length", "from");
  for (size_t i = 0; limen_dimension_bound_at(i); i++) {
    const struct limen_dimension_bound *bound = limen_dimension_bound_at(i);
    printf("%-6s %-14s %10s %11s  %s\n", sides[bound->side], bound->name,
           number(bounds->value[i].any, any), number(bounds->value[i].unit, unit),
           bounds->value[i].words);
  }
  printf("\n");
  print_range("documents of any length", bounds->range.lower, bounds->range.upper);
  print_range("documents of unit length", bounds->range.lower_unit, bounds->range.upper_unit);
  printf(
      "No margin is asked: vectors that reach an upper bound may lie closer together than the\n"
      "numbers of a model can tell apart.\n");
}

/* ---- JSON ---- */

static json_t *number_or_null(size_t value) {
  return value == LIMEN_BOUND_NONE ? json_null() : json_integer((json_int_t)value);
}

static json_t *bounds_json(const struct bounds *bounds) {
  json_t *rows = json_array();
  for (size_t i = 0; bounds->matrix.rows > 0 && limen_dimension_bound_at(i); i++) {
    const struct limen_dimension_bound *bound = limen_dimension_bound_at(i);
    json_array_append_new(
        rows,
        json_pack("{s:s, s:s, s:o, s:o, s:s}", "name", bound->name, "side", sides[bound->side],
                  "any_length", number_or_null(bounds->value[i].any), "unit_length",
                  number_or_null(bounds->value[i].unit), "from", bounds->value[i].words));
  }
  return rows;
}

static int write_json(const struct bounds *bounds, const char *path, struct limen_error *error) {
  const struct limen_dimension_range *range = &bounds->range;
  const struct limen_relevance_matrix *matrix = &bounds->matrix;
  json_t *root = json_pack(
      "{s:o, s:{s:I, s:I}, s:{s:I, s:I}, s:{s:I, s:I, s:I, s:I, s:I}}", "bounds",
      bounds_json(bounds), "any_length", "lower", (json_int_t)range->lower, "upper",
      (json_int_t)range->upper, "unit_length", "lower", (json_int_t)range->lower_unit, "upper",
      (json_int_t)range->upper_unit, "judgements", "queries", (json_int_t)matrix->queries,
      "documents", (json_int_t)matrix->documents, "wanted", (json_int_t)matrix->wanted, "rows",
      (json_int_t)matrix->rows, "columns", (json_int_t)matrix->columns);
  int status = limen_json_write(root, JSON_INDENT(1), path, error);
  json_decref(root);
  return status;
}

/* ---- all together ---- */

static int answer(const char *path, int32_t level, size_t documents, const char *json,
                  struct limen_error *error) {
  struct limen_qrels qrels = {0};
  struct bounds *bounds = calloc(1, sizeof *bounds);
  if (!bounds) return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the bounds");
  int status = limen_qrels_read(path, &qrels, error);
  if (status == LIMEN_OK) {
    status = limen_relevance_matrix_make(&qrels, level, documents, &bounds->matrix, error);
    if (status == LIMEN_INPUT) limen_error_prefix(error, "%s", path);
  }
  if (status == LIMEN_OK)
    status = limen_dimension_bounds_find(&bounds->matrix, bounds->value, &bounds->range, error);
  if (status == LIMEN_OK) print(path, bounds);
  if (status == LIMEN_OK && json) status = write_json(bounds, json, error);
  limen_relevance_matrix_clear(&bounds->matrix);
  limen_qrels_clear(&qrels);
  free(bounds);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  const char *level = NULL, *documents = NULL, *json = NULL;
  long grade = 1, how_many = 0;
  const struct limen_option table[] = {{"-l", LIMEN_OPTION_TEXT, &level},
                                       {"--documents", LIMEN_OPTION_TEXT, &documents},
                                       {"--json", LIMEN_OPTION_TEXT, &json},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status == LIMEN_OK && level)
    status = limen_option_integer("-l", level, 1, INT32_MAX, &grade, error);
  if (status == LIMEN_OK && documents)
    status = limen_option_integer("--documents", documents, 1, INT32_MAX, &how_many, error);
  if (status == LIMEN_OK)
    status = answer(words.text[0], (int32_t)grade, (size_t)how_many, json, error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_bounds = {
    .name = "bounds",
    .about = "lower and upper bounds on the dimension that judgements need",
    .help =
        "usage: limen bounds QRELS [-l LEVEL] [--documents N] [--json F]\n"
        "\n"
        "Says how many dimensions vectors need at least, and at most, for every query to have all\n"
        "documents that it wants above all others, by inner product: bounds that hold for every\n"
        "model, each with what it rests on, for documents of any length and of unit length\n"
        "(cosine). Grades of at least LEVEL (1) are wanted. The documents are those that the\n"
        "judgements name; with --documents N the collection holds N, and the further ones are\n"
        "wanted by no query.\n"
        "\n"
        "Example:\n"
        "  limen bounds qrels.tsv --documents 50000\n",
    .run = run,
};
