#include "experiments/kinds/audit/proofs.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/threads.h"

/* ---- writing ---- */

static json_t *decimal(const mpz_t value) {
  char *text = limen_alloc(mpz_sizeinbase(value, 10) + 2, 1, NULL);
  json_t *result = text ? json_string(mpz_get_str(text, 10, value)) : NULL;
  limen_free(text);
  return result;
}

static json_t *proof_of(const struct limen_audit_input *input, size_t query,
                        const struct limen_combination *combination, bool *needed) {
  json_t *set = json_array(), *pairs = json_array(), *weights = json_array();
  for (size_t i = input->start[query]; i < input->start[query + 1]; i++) {
    json_array_append_new(set, json_integer(input->relevant[i]));
    needed[input->relevant[i]] = true;
  }
  for (size_t p = 0; p < combination->count; p++) {
    const uint32_t *pair = &combination->pair[2 * p];
    json_array_append_new(pairs, json_pack("[I, I]", (json_int_t)pair[0], (json_int_t)pair[1]));
    json_array_append_new(weights, decimal(combination->weight[p]));
    needed[pair[0]] = needed[pair[1]] = true;
  }
  return json_pack("{s:I, s:o, s:o, s:o, s:o, s:f}", "query", (json_int_t)query, "set", set,
                   "pairs", pairs, "weights", weights, "denominator",
                   decimal(combination->denominator), "epsilon", combination->epsilon);
}

static json_t *documents_of(const struct limen_audit_input *input, const bool *needed) {
  json_t *documents = json_array();
  for (size_t v = 0; v < input->n; v++) {
    if (!needed[v]) continue;
    json_t *row = json_array();
    for (size_t i = 0; i < input->d; i++)
      json_array_append_new(row, json_real(input->documents[v * input->d + i]));
    json_array_append_new(documents, json_pack("[I, o]", (json_int_t)v, row));
  }
  return documents;
}

static int add_proofs(const struct limen_audit_input *input, const struct limen_audit *audit,
                      const struct limen_audit_settings *settings, size_t most, json_t *proofs,
                      bool *needed, struct limen_error *error) {
  static const enum limen_verdict order[] = {LIMEN_VERDICT_IMPOSSIBLE, LIMEN_VERDICT_BELOW};
  for (size_t v = 0; v < 2; v++)
    for (size_t q = 0; q < audit->queries && json_array_size(proofs) < most; q++) {
      struct limen_combination combination;
      if (audit->query[q].verdict != order[v]) continue;
      if (limen_interrupted())
        return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "interrupted in the middle of a cell");
      int status = limen_audit_prove(input, q, &settings->best, &combination, error);
      if (status == LIMEN_OK &&
          json_array_append_new(proofs, proof_of(input, q, &combination, needed)) != 0)
        status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a proof");
      limen_combination_clear(&combination);
      if (status != LIMEN_OK) return status;
    }
  return LIMEN_OK;
}

int audit_proofs_make(const struct limen_audit_input *input, const struct limen_audit *audit,
                      const struct limen_audit_settings *settings, size_t most,
                      struct limen_text *out, size_t *count, struct limen_error *error) {
  json_t *proofs = json_array(), *root = NULL;
  char *text = NULL;
  bool *needed = limen_alloc(input->n, sizeof *needed, error);
  int status = needed ? LIMEN_OK : LIMEN_FAILED;
  *count = 0;
  if (status == LIMEN_OK) status = add_proofs(input, audit, settings, most, proofs, needed, error);
  if (status == LIMEN_OK) {
    *count = json_array_size(proofs);
    root = json_pack("{s:I, s:I, s:o, s:O}", "n", (json_int_t)input->n, "d", (json_int_t)input->d,
                     "documents", documents_of(input, needed), "proofs", proofs);
    if (!(text = limen_json_print(root, JSON_COMPACT, "proofs", error))) status = LIMEN_FAILED;
  }
  if (status == LIMEN_OK) limen_text_add(out, text);
  limen_free(text);
  json_decref(root);
  json_decref(proofs);
  limen_free(needed);
  return status;
}

/* ---- reading ---- */

static int damaged(struct limen_error *error) {
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the store's proofs are damaged: run the same command again with --fresh");
}

/* A whole number below `limit`. */
static bool read_number(const json_t *value, size_t limit, uint32_t *out) {
  const json_int_t number = json_integer_value(value);
  if (!json_is_integer(value) || number < 0 || (size_t)number >= limit) return false;
  *out = (uint32_t)number;
  return true;
}

static bool read_decimal(const json_t *value, mpz_t out) {
  const char *text = json_string_value(value);
  return text && *text && text[strspn(text, "0123456789")] == '\0' &&
         mpz_set_str(out, text, 10) == 0;
}

/* The row of the document that a value numbers. */
static bool find_row(const struct audit_proofs *proofs, const json_t *value, uint32_t *out) {
  uint32_t number;
  size_t low = 0, high = proofs->documents.rows;
  if (!read_number(value, proofs->documents.n, &number)) return false;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (proofs->number[middle] < number)
      low = middle + 1;
    else
      high = middle;
  }
  *out = (uint32_t)low;
  return low < proofs->documents.rows && proofs->number[low] == number;
}

static bool read_document(const json_t *entry, size_t r, struct audit_proofs *out) {
  const size_t d = out->documents.d;
  const json_t *row = json_array_get(entry, 1);
  if (!read_number(json_array_get(entry, 0), out->documents.n, &out->number[r]) ||
      (r > 0 && out->number[r] <= out->number[r - 1]))
    return false;
  for (size_t i = 0; i < d; i++) {
    const json_t *value = json_array_get(row, i);
    out->values[r * d + i] = (float)json_number_value(value);
    if (!json_is_number(value) || !isfinite(out->values[r * d + i])) return false;
  }
  return true;
}

/* What is taken in memory is what the text holds: as many rows as it lists, and d numbers of each,
 * whatever n and d it speaks of. */
static int read_documents(const json_t *root, struct audit_proofs *out, struct limen_error *error) {
  const json_t *list = json_object_get(root, "documents");
  const size_t rows = json_array_size(list);
  uint32_t n = 0, d = 0;
  bool good = read_number(json_object_get(root, "n"), UINT32_MAX, &n) &&
              read_number(json_object_get(root, "d"), UINT32_MAX, &d);
  for (size_t r = 0; r < rows && good; r++)
    good = json_array_size(json_array_get(json_array_get(list, r), 1)) == d;
  if (!good) return damaged(error);
  if (!(out->values = limen_alloc(rows, d * sizeof *out->values, error)) ||
      !(out->number = limen_alloc(rows, sizeof *out->number, error)))
    return LIMEN_FAILED;
  out->documents = (struct limen_excerpt){n, rows, d, out->values, out->number};
  for (size_t r = 0; r < rows && good; r++) good = read_document(json_array_get(list, r), r, out);
  return good ? LIMEN_OK : damaged(error);
}

static bool read_set(const json_t *set, const struct audit_proofs *proofs,
                     struct audit_proof *out) {
  for (size_t i = 0; i < out->k; i++)
    if (!find_row(proofs, json_array_get(set, i), &out->set[i]) ||
        (i > 0 && out->set[i] <= out->set[i - 1]))
      return false;
  return true;
}

static bool read_pairs(const json_t *pairs, const json_t *weights,
                       const struct audit_proofs *proofs, struct limen_combination *out) {
  for (size_t p = 0; p < out->count; p++) {
    const json_t *pair = json_array_get(pairs, p);
    if (!find_row(proofs, json_array_get(pair, 0), &out->pair[2 * p]) ||
        !find_row(proofs, json_array_get(pair, 1), &out->pair[2 * p + 1]) ||
        !read_decimal(json_array_get(weights, p), out->weight[p]))
      return false;
  }
  return true;
}

static int read_proof(const json_t *entry, const struct audit_proofs *proofs,
                      struct audit_proof *out, struct limen_error *error) {
  const json_t *set = json_object_get(entry, "set"), *pairs = json_object_get(entry, "pairs");
  const json_t *weights = json_object_get(entry, "weights");
  uint32_t query;
  if (!read_number(json_object_get(entry, "query"), UINT32_MAX, &query) ||
      json_array_size(pairs) != json_array_size(weights))
    return damaged(error);
  out->query = query;
  out->k = json_array_size(set);
  int status = limen_combination_alloc(&out->combination, json_array_size(pairs), error);
  if (status == LIMEN_OK && !(out->set = limen_alloc(out->k, sizeof *out->set, error)))
    status = LIMEN_FAILED;
  if (status != LIMEN_OK) return status;
  out->combination.epsilon = json_number_value(json_object_get(entry, "epsilon"));
  return read_set(set, proofs, out) && read_pairs(pairs, weights, proofs, &out->combination) &&
                 read_decimal(json_object_get(entry, "denominator"), out->combination.denominator)
             ? LIMEN_OK
             : damaged(error);
}

int audit_proofs_read(const char *text, size_t length, struct audit_proofs *out,
                      struct limen_error *error) {
  json_t *root = NULL;
  *out = (struct audit_proofs){0};
  int status = limen_json_read(text, length, JSON_REJECT_DUPLICATES, &root, NULL, error);
  if (status == LIMEN_FAILED) return status;
  const json_t *list = json_object_get(root, "proofs");
  status = status == LIMEN_OK ? read_documents(root, out, error) : damaged(error);
  if (status == LIMEN_OK &&
      !(out->proof = limen_alloc(json_array_size(list), sizeof *out->proof, error)))
    status = LIMEN_FAILED;
  for (size_t i = 0; i < json_array_size(list) && status == LIMEN_OK; i++) {
    out->count = i + 1;
    status = read_proof(json_array_get(list, i), out, &out->proof[i], error);
  }
  json_decref(root);
  return status;
}

void audit_proofs_clear(struct audit_proofs *proofs) {
  for (size_t i = 0; i < proofs->count; i++) {
    limen_free(proofs->proof[i].set);
    limen_combination_clear(&proofs->proof[i].combination);
  }
  limen_free(proofs->proof);
  limen_free(proofs->values);
  limen_free(proofs->number);
  *proofs = (struct audit_proofs){0};
}
