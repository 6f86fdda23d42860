/* The claim of success: these vectors serve these queries, by the rounding-error analysis of
 * proof.h.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "limits/certificate.h"

extern const struct limen_claim_type limen_claim_served;

/* ---- writing ---- */

static bool is_every_subset(const struct limen_relevance *relevance) {
  struct limen_relevance all = {0};
  if (limen_binomial(relevance->documents, relevance->k) != relevance->queries) return false;
  bool same =
      limen_pattern_find("all")->make(relevance->documents, relevance->k, 0, 0, &all, NULL) ==
          LIMEN_OK &&
      memcmp(all.relevant, relevance->relevant, all.queries * all.k * sizeof *all.relevant) == 0;
  limen_relevance_clear(&all);
  return same;
}

static int write_claim(const char *home, const char *about, const struct limen_relevance *relevance,
                       size_t d, bool every_subset, const struct limen_proof *proof,
                       struct limen_error *error) {
  json_t *claim = json_pack("{s:i, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:f, s:f}", "schema", 1,
                            "claim", limen_claim_served.words, "score", "inner product", "about",
                            about, "documents", (json_int_t)relevance->documents, "queries",
                            (json_int_t)relevance->queries, "k", (json_int_t)relevance->k, "d",
                            (json_int_t)d, "relevance", every_subset ? "all" : "relevant.npy",
                            "worst_margin", proof->worst_margin, "error_bound", proof->worst_bound);
  return limen_claim_write_json(home, claim, error);
}

int limen_certificate_write(const char *folder, const char *name, const char *about,
                            const struct limen_relevance *relevance, size_t d,
                            const float *documents, const float *queries, struct limen_proof *proof,
                            struct limen_error *error) {
  if (relevance->k >= relevance->documents)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "%s: there is nothing to prove: all %zu documents are relevant to every "
                      "query",
                      name, relevance->documents);
  int status;
  char *home = limen_claim_home(folder, name, error);
  double *margins = limen_alloc(2 * relevance->queries, sizeof *margins, error);
  if (!home || !margins) {
    status = LIMEN_FAILED;
    goto done;
  }
  status = limen_prove(relevance, d, documents, queries, margins, proof, error);
  if (status != LIMEN_OK) goto done;
  if (!proof->proved) {
    status = LIMEN_FAIL(error, LIMEN_NO, "%s: %zu of %zu queries cannot be proved", name,
                        proof->unproved, relevance->queries);
    goto done;
  }
  bool every = is_every_subset(relevance);
  if ((status = limen_folder_make(home, error)) != LIMEN_OK ||
      (status = limen_claim_write_array(home, "documents.npy", LIMEN_NPY_F4, relevance->documents,
                                        d, documents, error)) != LIMEN_OK ||
      (status = limen_claim_write_array(home, "queries.npy", LIMEN_NPY_F4, relevance->queries, d,
                                        queries, error)) != LIMEN_OK ||
      (status = limen_claim_write_array(home, "margins.npy", LIMEN_NPY_F8, relevance->queries, 2,
                                        margins, error)) != LIMEN_OK)
    goto done;
  if (!every &&
      (status = limen_claim_write_array(home, "relevant.npy", LIMEN_NPY_U4, relevance->queries,
                                        relevance->k, relevance->relevant, error)) != LIMEN_OK)
    goto done;
  status = write_claim(home, about, relevance, d, every, proof, error);
done:
  limen_free(home);
  limen_free(margins);
  return status;
}

/* ---- proving ---- */

static int read_claim(const char *home, const json_t *root, struct limen_claim *out,
                      struct limen_error *error) {
  json_int_t n = 0, m = 0, k = 0, d = 0;
  double margin = 0, bound = 0;
  const char *score = "", *relevance = "";
  int status =
      limen_json_unpack(root, NULL, error, "{s:s, s:I, s:I, s:I, s:I, s:s, s:F, s:F}", "score",
                        &score, "documents", &n, "queries", &m, "k", &k, "d", &d, "relevance",
                        &relevance, "worst_margin", &margin, "error_bound", &bound);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK || strcmp(score, "inner product") != 0 || n < 1 || m < 1 || k < 1 ||
      d < 1 || k >= n || n > UINT32_MAX || d > LIMEN_PROOF_D_MOST ||
      (strcmp(relevance, "all") != 0 && strcmp(relevance, "relevant.npy") != 0))
    return limen_claim_unknown(home, error);
  *out = (struct limen_claim){.documents = (size_t)n,
                              .queries = (size_t)m,
                              .k = (size_t)k,
                              .d = (size_t)d,
                              .every_subset = strcmp(relevance, "all") == 0,
                              .worst_margin = margin,
                              .error_bound = bound};
  return LIMEN_OK;
}

static int read_relevance(const char *home, const struct limen_claim *claim,
                          struct limen_relevance *out, struct limen_error *error) {
  if (claim->every_subset) {
    if (limen_binomial(claim->documents, claim->k) != claim->queries)
      return LIMEN_FAIL(error, LIMEN_NO, "%s: %zu queries are not all %zu-subsets of %zu documents",
                        home, claim->queries, claim->k, claim->documents);
    return limen_pattern_find("all")->make(claim->documents, claim->k, 0, 0, out, error);
  }
  void *values = NULL;
  int status = limen_claim_read_array(home, "relevant.npy", LIMEN_NPY_U4, claim->queries, claim->k,
                                      &values, error);
  *out = (struct limen_relevance){claim->documents, claim->queries, claim->k, values};
  for (size_t i = 0; i < claim->queries * claim->k && status == LIMEN_OK; i++)
    if (out->relevant[i] >= claim->documents ||
        (i % claim->k > 0 && out->relevant[i] <= out->relevant[i - 1]))
      status = LIMEN_FAIL(error, LIMEN_NO,
                          "%s/relevant.npy: query %zu does not hold ascending document numbers "
                          "below %zu",
                          home, i / claim->k, claim->documents);
  return status;
}

/* What a claim says of its margins must be what the proof finds, to the last bit: the products are
 * exact and are added in the order of the dimensions, so every machine finds the same. */
static int check_margins(const char *home, const struct limen_claim *claim, const double *margins,
                         const struct limen_proof *proof, struct limen_error *error) {
  void *stated = NULL;
  int status =
      limen_claim_read_array(home, "margins.npy", LIMEN_NPY_F8, claim->queries, 2, &stated, error);
  const double *said = stated;
  for (size_t i = 0; i < 2 * claim->queries && status == LIMEN_OK; i++)
    if (said[i] != margins[i])
      status = LIMEN_FAIL(error, LIMEN_NO,
                          "%s/margins.npy says that query %zu has %s %.9g, but it is %.9g", home,
                          i / 2, i % 2 ? "the error bound" : "the margin", said[i], margins[i]);
  if (status == LIMEN_OK &&
      (claim->worst_margin != proof->worst_margin || claim->error_bound != proof->worst_bound))
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s/claim.json says that the worst margin is %.9g with error bound %.9g, "
                        "but it is %.9g with %.9g",
                        home, claim->worst_margin, claim->error_bound, proof->worst_margin,
                        proof->worst_bound);
  limen_free(stated);
  return status;
}

static int prove_again(const char *home, const struct limen_claim *claim, struct limen_proof *proof,
                       struct limen_error *error) {
  struct limen_relevance relevance = {0};
  void *documents = NULL, *queries = NULL;
  double *margins = NULL;
  int status = limen_claim_read_array(home, "documents.npy", LIMEN_NPY_F4, claim->documents,
                                      claim->d, &documents, error);
  if (status == LIMEN_OK)
    status = limen_claim_read_array(home, "queries.npy", LIMEN_NPY_F4, claim->queries, claim->d,
                                    &queries, error);
  if (status == LIMEN_OK) status = read_relevance(home, claim, &relevance, error);
  if (status == LIMEN_OK && !(margins = limen_alloc(2 * claim->queries, sizeof *margins, error)))
    status = LIMEN_FAILED;
  if (status != LIMEN_OK) goto done;
  status = limen_prove(&relevance, claim->d, documents, queries, margins, proof, error);
  if (status == LIMEN_INPUT) limen_error_prefix(error, "%s", home);
  if (status == LIMEN_OK && !proof->proved)
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s: the claim is false or cannot be proved: %zu of %zu queries fail, the "
                        "worst is query %zu with margin %.3g, error bound %.3g",
                        home, proof->unproved, claim->queries, proof->worst_query,
                        proof->worst_margin, proof->worst_bound);
  if (status == LIMEN_OK) status = check_margins(home, claim, margins, proof, error);
done:
  limen_relevance_clear(&relevance);
  limen_free(documents);
  limen_free(queries);
  limen_free(margins);
  return status;
}

static int prove(const char *home, const json_t *root, struct limen_claim *out,
                 struct limen_text *say, struct limen_error *error) {
  struct limen_proof proof = {0};
  int status = read_claim(home, root, out, error);
  if (status == LIMEN_OK) status = prove_again(home, out, &proof, error);
  if (status == LIMEN_OK)
    limen_text_print(say,
                     "n = %zu documents, %zu queries, k = %zu, d = %zu: proved, smallest margin "
                     "%.3g, error bound %.1e",
                     out->documents, out->queries, out->k, out->d, proof.worst_margin,
                     proof.worst_bound);
  return status;
}

const struct limen_claim_type limen_claim_served = {
    .name = "served",
    .words =
        "every relevant document scores strictly higher than every other document, for every "
        "query",
    .prove = prove,
};
