/* The claims that a set of documents is no query's top, or no unit query's by more than epsilon:
 * weighted pairs whose differences sum to 0, or to less than that (impossible.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "limits/certificate.h"

extern const struct limen_claim_type limen_claim_impossible, limen_claim_gap;

/* ---- writing ---- */

/* The documents that matter: their rows, ascending. */
struct kept {
  size_t count;
  uint32_t *row;
};

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* Where a row is among those that are kept. */
static json_t *place_of(const struct kept *kept, uint32_t row) {
  const uint32_t *found = bsearch(&row, kept->row, kept->count, sizeof row, by_number);
  return json_integer((json_int_t)(found - kept->row));
}

static int keep(const uint32_t *set, size_t k, const struct limen_combination *combination,
                struct kept *out, struct limen_error *error) {
  size_t count = k + combination->count, kept = 0;
  *out = (struct kept){0};
  if (!(out->row = limen_alloc(count, sizeof *out->row, error))) return LIMEN_FAILED;
  memcpy(out->row, set, k * sizeof *set);
  for (size_t p = 0; p < combination->count; p++) out->row[k + p] = combination->pair[2 * p + 1];
  qsort(out->row, count, sizeof *out->row, by_number);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || out->row[i] != out->row[i - 1]) out->row[kept++] = out->row[i];
  out->count = kept;
  return LIMEN_OK;
}

static json_t *list_numbers(const struct limen_excerpt *documents, const struct kept *kept) {
  json_t *list = json_array();
  for (size_t i = 0; i < kept->count; i++)
    json_array_append_new(
        list, json_integer(documents->number ? documents->number[kept->row[i]] : kept->row[i]));
  return list;
}

static json_t *list_set(const struct kept *kept, const uint32_t *set, size_t k) {
  json_t *list = json_array();
  for (size_t i = 0; i < k; i++) json_array_append_new(list, place_of(kept, set[i]));
  return list;
}

static json_t *list_pairs(const struct kept *kept, const struct limen_combination *combination) {
  json_t *list = json_array();
  for (size_t p = 0; p < combination->count; p++)
    json_array_append_new(list, json_pack("[o, o]", place_of(kept, combination->pair[2 * p]),
                                          place_of(kept, combination->pair[2 * p + 1])));
  return list;
}

static json_t *decimal(const mpz_t value) {
  char *text = limen_alloc(mpz_sizeinbase(value, 10) + 2, 1, NULL);
  json_t *result = text ? json_string(mpz_get_str(text, 10, value)) : limen_json_missing();
  limen_free(text);
  return result;
}

static json_t *list_weights(const struct limen_combination *combination) {
  json_t *list = json_array();
  for (size_t p = 0; p < combination->count; p++)
    json_array_append_new(list, decimal(combination->weight[p]));
  return list;
}

static int write_claim(const char *home, const char *about, const struct limen_excerpt *documents,
                       const struct kept *kept, const uint32_t *set, size_t k,
                       const struct limen_combination *combination, struct limen_error *error) {
  bool exact = combination->epsilon == 0;
  const struct limen_claim_type *type = exact ? &limen_claim_impossible : &limen_claim_gap;
  json_t *claim =
      json_pack("{s:i, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "schema", 1,
                "claim", type->words, "score", "inner product", "about", about, "documents",
                (json_int_t)kept->count, "of", (json_int_t)documents->n, "k", (json_int_t)k, "d",
                (json_int_t)documents->d, "numbers", list_numbers(documents, kept), "set",
                list_set(kept, set, k), "pairs", list_pairs(kept, combination), "weights",
                list_weights(combination), "denominator", decimal(combination->denominator));
  if (claim && !exact) json_object_set_new(claim, "epsilon", json_real(combination->epsilon));
  return limen_claim_write_json(home, claim, error);
}

int limen_certificate_write_impossible(const char *folder, const char *name, const char *about,
                                       const struct limen_excerpt *documents, const uint32_t *set,
                                       size_t k, const struct limen_combination *combination,
                                       struct limen_error *error) {
  const size_t d = documents->d;
  struct kept kept = {0};
  float *rows = NULL;
  char *home = limen_claim_home(folder, name, error);
  int status = home ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status =
        limen_impossible_check(documents->rows, d, documents->values, set, k, combination, error);
  if (status == LIMEN_NO) limen_error_prefix(error, "%s", name);
  if (status == LIMEN_OK) status = keep(set, k, combination, &kept, error);
  if (status == LIMEN_OK && !(rows = limen_alloc_scratch(kept.count, d * sizeof *rows, error)))
    status = LIMEN_FAILED;
  for (size_t i = 0; i < kept.count && status == LIMEN_OK; i++)
    memcpy(rows + i * d, documents->values + kept.row[i] * d, d * sizeof *rows);
  if (status == LIMEN_OK) status = limen_folder_make(home, error);
  if (status == LIMEN_OK)
    status =
        limen_claim_write_array(home, "documents.npy", LIMEN_NPY_F4, kept.count, d, rows, error);
  if (status == LIMEN_OK)
    status = write_claim(home, about, documents, &kept, set, k, combination, error);
  limen_free(kept.row);
  limen_free(rows);
  limen_free(home);
  return status;
}

/* ---- reading ---- */

struct statement {
  size_t n, d, k;
  uint32_t *set;
  struct limen_combination combination;
};

static void statement_clear(struct statement *statement) {
  limen_free(statement->set);
  limen_combination_clear(&statement->combination);
}

/* A whole number below `limit`. */
static bool read_number(const json_t *value, size_t limit, uint32_t *out) {
  json_int_t number = json_integer_value(value);
  if (!json_is_integer(value) || number < 0 || (size_t)number >= limit) return false;
  *out = (uint32_t)number;
  return true;
}

/* Digits only: GMP would also take spaces and signs. */
static bool read_decimal(const json_t *value, mpz_t out) {
  const char *text = json_string_value(value);
  return text && *text && text[strspn(text, "0123456789")] == '\0' &&
         mpz_set_str(out, text, 10) == 0;
}

static bool read_pairs(const json_t *pairs, const json_t *weights, struct statement *out) {
  struct limen_combination *combination = &out->combination;
  for (size_t p = 0; p < combination->count; p++) {
    const json_t *pair = json_array_get(pairs, p);
    if (json_array_size(pair) != 2 ||
        !read_number(json_array_get(pair, 0), out->n, &combination->pair[2 * p]) ||
        !read_number(json_array_get(pair, 1), out->n, &combination->pair[2 * p + 1]) ||
        !read_decimal(json_array_get(weights, p), combination->weight[p]))
      return false;
  }
  return true;
}

static bool read_set(const json_t *set, struct statement *out) {
  for (size_t i = 0; i < out->k; i++)
    if (!read_number(json_array_get(set, i), out->n, &out->set[i]) ||
        (i > 0 && out->set[i] <= out->set[i - 1]))
      return false;
  return true;
}

static int read_statement(const char *home, const json_t *root, bool exact, struct statement *out,
                          struct limen_error *error) {
  json_int_t n = 0, k = 0, d = 0;
  json_t *set = NULL, *pairs = NULL, *weights = NULL, *denominator = NULL;
  const char *score = "";
  const json_t *epsilon = json_object_get(root, "epsilon");
  struct limen_combination *combination = &out->combination;
  int status = limen_json_unpack(root, NULL, error, "{s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o}",
                                 "score", &score, "documents", &n, "k", &k, "d", &d, "set", &set,
                                 "pairs", &pairs, "weights", &weights, "denominator", &denominator);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK || strcmp(score, "inner product") != 0 || n < 1 || d < 1 || k < 1 ||
      k >= n || n > UINT32_MAX || d > LIMEN_PROOF_D_MOST || json_array_size(set) != (size_t)k ||
      json_array_size(pairs) < 1 || json_array_size(pairs) != json_array_size(weights) ||
      (exact ? epsilon != NULL : !epsilon) || (epsilon && !(json_real_value(epsilon) > 0)))
    return limen_claim_unknown(home, error);
  out->n = (size_t)n;
  out->d = (size_t)d;
  out->k = (size_t)k;
  combination->epsilon = exact ? 0 : json_real_value(epsilon);
  if (!(out->set = limen_alloc(out->k, sizeof *out->set, error)) ||
      limen_combination_alloc(combination, json_array_size(pairs), error) != LIMEN_OK)
    return LIMEN_FAILED;
  if (!read_set(set, out) || !read_pairs(pairs, weights, out) ||
      !read_decimal(denominator, combination->denominator))
    return limen_claim_unknown(home, error);
  return LIMEN_OK;
}

/* ---- proving ---- */

static int check_documents(const char *home, const struct statement *statement,
                           struct limen_error *error) {
  void *values = NULL;
  int status = limen_claim_read_array(home, "documents.npy", LIMEN_NPY_F4, statement->n,
                                      statement->d, &values, error);
  const float *documents = values;
  for (size_t i = 0; i < statement->n * statement->d && status == LIMEN_OK; i++)
    if (!isfinite(documents[i]))
      status = LIMEN_FAIL(error, LIMEN_NO, "%s: document %zu holds %g in dimension %zu", home,
                          i / statement->d, (double)documents[i], i % statement->d);
  if (status == LIMEN_OK) {
    status = limen_impossible_check(statement->n, statement->d, documents, statement->set,
                                    statement->k, &statement->combination, error);
    if (status != LIMEN_OK) limen_error_prefix(error, "%s: the claim is not proved", home);
  }
  limen_free(values);
  return status;
}

static int prove(const char *home, const json_t *root, bool exact, struct limen_claim *out,
                 struct limen_text *say, struct limen_error *error) {
  struct statement statement = {0};
  int status = read_statement(home, root, exact, &statement, error);
  if (status == LIMEN_OK) status = check_documents(home, &statement, error);
  if (status == LIMEN_OK) {
    *out = (struct limen_claim){
        .documents = statement.n, .k = statement.k, .d = statement.d, .refutes = true};
    if (exact)
      limen_text_print(say,
                       "k = %zu documents in d = %zu: proved exactly that no query puts them "
                       "on top",
                       statement.k, statement.d);
    else
      limen_text_print(say,
                       "k = %zu documents in d = %zu: proved that no unit query puts them on "
                       "top by more than %.3g",
                       statement.k, statement.d, statement.combination.epsilon);
    limen_text_print(say, ", by %zu weighted differences", statement.combination.count);
  }
  statement_clear(&statement);
  return status;
}

static int prove_exact(const char *home, const json_t *root, struct limen_claim *out,
                       struct limen_text *say, struct limen_error *error) {
  return prove(home, root, true, out, say, error);
}

static int prove_gap(const char *home, const json_t *root, struct limen_claim *out,
                     struct limen_text *say, struct limen_error *error) {
  return prove(home, root, false, out, say, error);
}

const struct limen_claim_type limen_claim_impossible = {
    .name = "impossible",
    .words = "no query scores every document of the set strictly higher than every other document",
    .prove = prove_exact,
};

const struct limen_claim_type limen_claim_gap = {
    .name = "gap",
    .words =
        "no query of unit length scores every document of the set higher than every other "
        "document by more than epsilon",
    .prove = prove_gap,
};
