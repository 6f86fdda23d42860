#include "experiments/kinds/audit/proofs.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    if (!root || !(text = json_dumps(root, JSON_COMPACT)))
      status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for %zu proofs", *count);
  }
  if (status == LIMEN_OK) limen_text_add(out, text);
  free(text);
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

static bool read_documents(const json_t *list, struct audit_proofs *out) {
  const json_t *entry;
  size_t e;
  json_array_foreach(list, e, entry) {
    const json_t *row = json_array_get(entry, 1);
    uint32_t number;
    if (!read_number(json_array_get(entry, 0), out->n, &number) || json_array_size(row) != out->d)
      return false;
    for (size_t i = 0; i < out->d; i++)
      out->documents[number * out->d + i] = (float)json_number_value(json_array_get(row, i));
  }
  return true;
}

static int read_proof(const json_t *entry, size_t n, struct audit_proof *out,
                      struct limen_error *error) {
  const json_t *set = json_object_get(entry, "set"), *pairs = json_object_get(entry, "pairs");
  const json_t *weights = json_object_get(entry, "weights");
  struct limen_combination *combination = &out->combination;
  uint32_t query;
  bool good = read_number(json_object_get(entry, "query"), UINT32_MAX, &query) &&
              json_array_size(pairs) == json_array_size(weights);
  if (!good) return damaged(error);
  out->query = query;
  out->k = json_array_size(set);
  int status = limen_combination_alloc(combination, json_array_size(pairs), error);
  if (status == LIMEN_OK && !(out->set = limen_alloc(out->k, sizeof *out->set, error)))
    status = LIMEN_FAILED;
  if (status != LIMEN_OK) return status;
  for (size_t i = 0; i < out->k; i++)
    good = good && read_number(json_array_get(set, i), n, &out->set[i]);
  for (size_t p = 0; p < combination->count; p++)
    for (size_t side = 0; side < 2; side++)
      good = good && read_number(json_array_get(json_array_get(pairs, p), side), n,
                                 &combination->pair[2 * p + side]);
  for (size_t p = 0; p < combination->count; p++)
    good = good && read_decimal(json_array_get(weights, p), combination->weight[p]);
  good = good && read_decimal(json_object_get(entry, "denominator"), combination->denominator);
  combination->epsilon = json_number_value(json_object_get(entry, "epsilon"));
  return good ? LIMEN_OK : damaged(error);
}

int audit_proofs_read(const char *text, size_t length, struct audit_proofs *out,
                      struct limen_error *error) {
  json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
  const json_t *list = json_object_get(root, "proofs");
  uint32_t n = 0, d = 0;
  *out = (struct audit_proofs){0};
  int status = LIMEN_OK;
  if (!read_number(json_object_get(root, "n"), UINT32_MAX, &n) ||
      !read_number(json_object_get(root, "d"), UINT32_MAX, &d))
    status = damaged(error);
  out->n = n;
  out->d = d;
  if (status == LIMEN_OK &&
      (!(out->documents = limen_alloc(out->n, out->d * sizeof *out->documents, error)) ||
       !(out->proof = limen_alloc(json_array_size(list), sizeof *out->proof, error))))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK && !read_documents(json_object_get(root, "documents"), out))
    status = damaged(error);
  for (size_t i = 0; i < json_array_size(list) && status == LIMEN_OK; i++) {
    out->count = i + 1;
    status = read_proof(json_array_get(list, i), out->n, &out->proof[i], error);
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
  limen_free(proofs->documents);
  *proofs = (struct audit_proofs){0};
}
