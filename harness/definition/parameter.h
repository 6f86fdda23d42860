/* Typed parameters: what a kind of experiment declares, and the values that a definition gives.
 *
 * A kind declares a table of struct limen_parameter that ends with a NULL name. A definition and
 * --set give each of them one value or, where the declaration allows it, a list. */
#ifndef LIMEN_DEFINITION_PARAMETER_H
#define LIMEN_DEFINITION_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum limen_type {
  LIMEN_INTEGER,
  LIMEN_REAL,
  LIMEN_CHOICE, /* one of a registry's names */
  LIMEN_STRING,
  LIMEN_PATH /* a file, or, where there are choices, one of a registry's names. Relative paths are
                relative to the definition they stand in, and on the command line to the working
                folder */
};

enum limen_role {
  LIMEN_AXIS,      /* may be a list: lists make the grid; stands in every headline name */
  LIMEN_INNER,     /* an axis whose values share one cell: one build, many ef; a row each */
  LIMEN_SETTING,   /* one value; part of what a cell is */
  LIMEN_PLANNING,  /* one value; decides which cells are asked for, not what a cell is */
  LIMEN_COORDINATE /* chosen by the planner, never by a definition: n, seed */
};

struct limen_value {
  enum limen_type type;
  union {
    int64_t integer;
    double real;
    const char *string; /* of all others; not owned: lives as long as its grid or its table */
  } as;
};

/* Enumerates a registry: the name of entry i, NULL past the end. */
typedef const char *(*limen_names)(size_t i);

struct limen_parameter {
  const char *name;
  const char *about; /* one line: what it is, with its unit */
  enum limen_type type;
  enum limen_role role;
  const char *fallback; /* the default, as a definition would write it; NULL for coordinates */
  double min, max;      /* inclusive bounds of numbers */
  bool above_min;       /* min itself is excluded: tau > 0 */
  limen_names choices;  /* CHOICE, and PATH where a name may stand in place of a file */
  const char *zero;     /* INTEGER: a word that may be written for 0, such as "all" */
  const char *alias;    /* another name that definitions and --set may use for it */
};

/* Reads one value as a definition writes it ("8", "0.1", "1e5" for an integer too, "infonce") and
 * checks type, bounds and choices. The message names parameter, value and what is valid; it does
 * not name a file. A string value points into `text` or, for a choice, into the registry. */
int limen_value_parse(const struct limen_parameter *parameter, const char *text,
                      struct limen_value *out, struct limen_error *error);

/* Whether a PATH value of this parameter names a file rather than a registry's entry; "" names
 * none.
 */
bool limen_value_is_file(const struct limen_parameter *parameter, const struct limen_value *value);

/* For headline names, tables and CSV: a PATH without its folders, all else as limen_value_print. */
void limen_value_label(const struct limen_value *value, struct limen_text *out);

/* As a definition would write it: shortest decimal that reads back the same. */
void limen_value_print(const struct limen_value *value, struct limen_text *out);

bool limen_value_equal(const struct limen_value *a, const struct limen_value *b);
double limen_value_number(const struct limen_value *value); /* integer or real */

/* "an integer from 1 to 4096", "a number above 0", "one of: all, random, ..." */
void limen_parameter_print_range(const struct limen_parameter *parameter, struct limen_text *out);

#endif
