#include "limits/certificate.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/npy.h"
#include "limits/certificate_sums.h"

static const char claim_words[] =
    "every relevant document scores strictly higher than every other document, for every query";
enum { CLAIM_MOST = 1 << 16 /* bytes */ };

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

static int write_claim(const char *path, const char *about, const struct limen_relevance *relevance,
                       size_t d, bool every_subset, const struct limen_proof *proof,
                       struct limen_error *error) {
  json_t *claim = json_pack("{s:i, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:f, s:f}", "schema", 1,
                            "claim", claim_words, "score", "inner product", "about", about,
                            "documents", (json_int_t)relevance->documents, "queries",
                            (json_int_t)relevance->queries, "k", (json_int_t)relevance->k, "d",
                            (json_int_t)d, "relevance", every_subset ? "all" : "relevant.npy",
                            "worst_margin", proof->worst_margin, "error_bound", proof->worst_bound);
  char *text = claim ? json_dumps(claim, JSON_INDENT(2)) : NULL;
  int status = text ? limen_file_write(path, text, strlen(text), error)
                    : LIMEN_FAIL(error, LIMEN_FAILED, "out of memory while writing %s", path);
  free(text);
  json_decref(claim);
  return status;
}

static int write_array(const char *folder, const char *name, enum limen_npy_type type, size_t rows,
                       size_t columns, const void *values, struct limen_error *error) {
  char *path = limen_path_join(folder, name, error);
  int status = path ? limen_npy_write(path, type, rows, columns, values, error) : LIMEN_FAILED;
  limen_free(path);
  return status;
}

int limen_certificate_write(const char *folder, const char *name, const char *about,
                            const struct limen_relevance *relevance, size_t d,
                            const float *documents, const float *queries, struct limen_proof *proof,
                            struct limen_error *error) {
  if (!limen_sums_name_is_plain(name) || strcmp(name, LIMEN_SUMS_NAME) == 0)
    return LIMEN_FAIL(error, LIMEN_FAILED, "a claim cannot be named \"%s\"", name);
  if (relevance->k >= relevance->documents)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "%s: there is nothing to prove: all %zu documents are relevant to every "
                      "query",
                      name, relevance->documents);
  int status;
  char *home = limen_path_join(folder, name, error), *claim = NULL;
  double *margins = limen_alloc(2 * relevance->queries, sizeof *margins, error);
  if (!home || !margins || !(claim = limen_path_join(home, "claim.json", error))) {
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
      (status = write_array(home, "documents.npy", LIMEN_NPY_F4, relevance->documents, d, documents,
                            error)) != LIMEN_OK ||
      (status = write_array(home, "queries.npy", LIMEN_NPY_F4, relevance->queries, d, queries,
                            error)) != LIMEN_OK ||
      (status = write_array(home, "margins.npy", LIMEN_NPY_F8, relevance->queries, 2, margins,
                            error)) != LIMEN_OK)
    goto done;
  if (!every && (status = write_array(home, "relevant.npy", LIMEN_NPY_U4, relevance->queries,
                                      relevance->k, relevance->relevant, error)) != LIMEN_OK)
    goto done;
  status = write_claim(claim, about, relevance, d, every, proof, error);
done:
  limen_free(home);
  limen_free(claim);
  limen_free(margins);
  return status;
}

int limen_certificates_seal(const char *folder, struct limen_error *error) {
  struct limen_sums sums;
  int status = limen_sums_make(folder, &sums, error);
  if (status == LIMEN_OK) status = limen_sums_write(folder, &sums, error);
  limen_sums_clear(&sums);
  return status;
}

/* ---- verifying ---- */

static int read_claim(const char *home, struct limen_claim *out, struct limen_error *error) {
  char *text = NULL, *path = limen_path_join(home, "claim.json", error);
  size_t length = 0;
  int status = path ? limen_file_read(path, CLAIM_MOST, &text, &length, error) : LIMEN_FAILED;
  json_error_t reason;
  json_t *root = NULL;
  if (status != LIMEN_OK) goto done;
  if (!(root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &reason))) {
    status =
        LIMEN_FAIL(error, LIMEN_NO, "%s:%d:%d: %s", path, reason.line, reason.column, reason.text);
    goto done;
  }
  json_int_t schema = 0, n = 0, m = 0, k = 0, d = 0;
  double margin = 0, bound = 0;
  const char *score = "", *relevance = "", *claim = "";
  if (json_unpack(root, "{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:F, s:F}", "schema", &schema,
                  "claim", &claim, "score", &score, "documents", &n, "queries", &m, "k", &k, "d",
                  &d, "relevance", &relevance, "worst_margin", &margin, "error_bound",
                  &bound) != 0 ||
      schema != 1 || strcmp(score, "inner product") != 0 || strcmp(claim, claim_words) != 0 ||
      n < 1 || m < 1 || k < 1 || d < 1 || k >= n || n > UINT32_MAX || d > LIMEN_PROOF_D_MOST ||
      (strcmp(relevance, "all") != 0 && strcmp(relevance, "relevant.npy") != 0)) {
    status = LIMEN_FAIL(error, LIMEN_NO, "%s: not a claim that this program can verify", path);
    goto done;
  }
  *out = (struct limen_claim){
      (size_t)n, (size_t)m, (size_t)k, (size_t)d, strcmp(relevance, "all") == 0, margin, bound};
done:
  json_decref(root);
  limen_free(text);
  limen_free(path);
  return status;
}

static int read_array(const char *home, const char *name, enum limen_npy_type type, size_t rows,
                      size_t columns, void **values, struct limen_error *error) {
  size_t found_rows = 0, found_columns = 0;
  char *path = limen_path_join(home, name, error);
  int status =
      path ? limen_npy_read(path, type, &found_rows, &found_columns, values, error) : LIMEN_FAILED;
  if (status == LIMEN_OK && (found_rows != rows || found_columns != columns))
    status = LIMEN_FAIL(error, LIMEN_NO, "%s holds %zu x %zu values, the claim is about %zu x %zu",
                        path, found_rows, found_columns, rows, columns);
  limen_free(path);
  return status;
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
  int status =
      read_array(home, "relevant.npy", LIMEN_NPY_U4, claim->queries, claim->k, &values, error);
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
  int status = read_array(home, "margins.npy", LIMEN_NPY_F8, claim->queries, 2, &stated, error);
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
  int status = read_array(home, "documents.npy", LIMEN_NPY_F4, claim->documents, claim->d,
                          &documents, error);
  if (status == LIMEN_OK)
    status =
        read_array(home, "queries.npy", LIMEN_NPY_F4, claim->queries, claim->d, &queries, error);
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

/* A file of a claim that is missing or cannot be understood makes the claim false, not the command
 * line: only memory that runs out is our own failure. */
static int verify_claim(const char *folder, const char *name, struct limen_proof *proof,
                        struct limen_claim *claim, struct limen_error *error) {
  char *home = limen_path_join(folder, name, error);
  int status = home ? read_claim(home, claim, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = prove_again(home, claim, proof, error);
  if (status == LIMEN_INPUT || status == LIMEN_USAGE) {
    status = LIMEN_NO;
    if (error) error->status = status;
  }
  limen_free(home);
  return status;
}

static void add_up(struct limen_verification *out, const struct limen_proof *proof) {
  if (out->claims == 0 || proof->worst_margin < out->worst_margin) {
    out->worst_margin = proof->worst_margin;
    out->worst_bound = proof->worst_bound;
  }
  out->claims++;
}

int limen_certificates_verify(const char *folder, limen_claim_listener *say, void *context,
                              struct limen_verification *out, struct limen_error *error) {
  struct limen_sums sums;
  *out = (struct limen_verification){0};
  int status = limen_sums_make(folder, &sums, error);
  if (status == LIMEN_OK) status = limen_sums_compare(folder, &sums, error);
  out->files = sums.files;
  for (size_t i = 0; i < sums.n_claims && status == LIMEN_OK; i++) {
    struct limen_proof proof = {0};
    struct limen_claim claim = {0};
    if ((status = verify_claim(folder, sums.claims[i], &proof, &claim, error)) != LIMEN_OK) break;
    add_up(out, &proof);
    char words[256];
    snprintf(words, sizeof words,
             "n = %zu documents, %zu queries, k = %zu, d = %zu: proved, smallest margin %.3g, "
             "error bound %.1e",
             claim.documents, claim.queries, claim.k, claim.d, proof.worst_margin,
             proof.worst_bound);
    if (say) say(context, sums.claims[i], &claim, words);
  }
  limen_sums_clear(&sums);
  return status;
}
