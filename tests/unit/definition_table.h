/* What both tests of definitions work on: a kind's parameters of every type and role, and a
 * document that uses every form of value. */
#ifndef LIMEN_TESTS_DEFINITION_TABLE_H
#define LIMEN_TESTS_DEFINITION_TABLE_H

#include <math.h>
#include <string.h>

#include "definition/definition.h"

static const char *const losses[] = {"infonce", "infonce_sum", "sigmoid", "hinge"};
static const char *loss_name(size_t i) { return i < 4 ? losses[i] : NULL; }

static const struct limen_parameter table[] = {
    {.name = "k",
     .about = "relevant documents of a query",
     .type = LIMEN_INTEGER,
     .role = LIMEN_AXIS,
     .fallback = "2",
     .min = 1,
     .max = 64},
    {.name = "loss",
     .about = "what is minimised",
     .type = LIMEN_CHOICE,
     .role = LIMEN_AXIS,
     .fallback = "infonce",
     .choices = loss_name},
    {.name = "tau",
     .about = "temperature of the loss",
     .type = LIMEN_REAL,
     .role = LIMEN_AXIS,
     .fallback = "0.1",
     .min = 0,
     .max = INFINITY,
     .above_min = true},
    {.name = "d",
     .about = "dimensions",
     .type = LIMEN_INTEGER,
     .role = LIMEN_AXIS,
     .fallback = "4..6",
     .min = 1,
     .max = 4096},
    {.name = "ef_search",
     .about = "candidates kept by a search",
     .type = LIMEN_INTEGER,
     .role = LIMEN_INNER,
     .fallback = "10,40",
     .min = 1,
     .max = 100000},
    {.name = "seeds",
     .about = "repetitions",
     .type = LIMEN_INTEGER,
     .role = LIMEN_PLANNING,
     .fallback = "3",
     .min = 1,
     .max = 1000},
    {.name = "rate",
     .about = "step of the optimiser",
     .type = LIMEN_REAL,
     .role = LIMEN_SETTING,
     .fallback = "1e-2",
     .min = 0,
     .max = 1},
    {.name = "source",
     .about = "a file of vectors",
     .type = LIMEN_STRING,
     .role = LIMEN_SETTING,
     .fallback = ""},
    {.name = "n", .about = "documents", .type = LIMEN_INTEGER, .role = LIMEN_COORDINATE},
    {0},
};

#define HEAD "name: a-b_7\nkind: critical_n\nquestion: How many?\n"

static const char good[] =
    "# the published curve\n"
    "name: limit_k2\n"
    "kind: critical_n\n"
    "question: >\n"
    "  How many documents can d dimensions\n"
    "  serve,\tif \"every pair\" counts?\n"
    "params:\n"
    "  k: 2\n"
    "  tau: [0.11, 0.032,\n"
    "        0.57]\n"
    "  d:\n"
    "    - 4..6\n"
    "    - 16\n"
    "  seeds: 3\n"
    "  'source': \"a: b, c..d\"\n"
    "smoke: { d: 4..5, seeds: 1 }\n"
    "full:  { d: 4..64*2 }\n"
    "baseline: tests/baselines/limit_k2.json\n";

static inline int parse(const char *text, struct limen_definition *out, struct limen_error *error) {
  return limen_definition_parse("x.yml", text, strlen(text), out, error);
}

struct refusal {
  const char *text, *message;
};

#endif
