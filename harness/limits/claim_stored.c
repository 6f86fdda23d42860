/* The claim that stored documents have a stored query for every pair (stored_pairs.h). */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "limits/certificate_pairs.h"
#include "limits/claim.h"

extern const struct limen_claim_type limen_claim_stored;

/* Of the lead: a rotated query may come out a rounding apart on another machine. */
static const double alike = 1e-2;

/* ---- writing ---- */

static int write_arrays(const char *home, size_t n, size_t d, const double *documents,
                        const struct limen_pair_queries *queries, struct limen_error *error) {
  int status = limen_claim_write_array(home, "documents.npy", LIMEN_NPY_F8, n, d, documents, error);
  if (status == LIMEN_OK && queries->frame)
    status = limen_claim_write_array(home, "classes.npy", LIMEN_NPY_F8, n / 2,
                                     queries->frame->count, queries->classes, error);
  if (status == LIMEN_OK && queries->count > 0)
    status = limen_claim_write_array(home, "pairs.npy", LIMEN_NPY_U4, queries->count, 2,
                                     queries->pair, error);
  if (status == LIMEN_OK && queries->count > 0)
    status = limen_claim_write_array(home, "queries.npy", LIMEN_NPY_F8, queries->count, d,
                                     queries->query, error);
  return status;
}

static int prove_queries(const char *where, const struct limen_stored *stored,
                         const struct limen_pair_queries *queries, struct limen_pairs_proof *proof,
                         struct limen_error *error) {
  int status = limen_pair_queries_prove(stored, queries, proof, error);
  if (status == LIMEN_OK && !proof->proved)
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s: the claim is false or cannot be proved: the query of documents %u and "
                        "%u has a lead of %.3g, error bound %.3g",
                        where, proof->worst[0], proof->worst[1], proof->worst_lead,
                        limen_stored_error(stored, 1));
  return status;
}

int limen_certificate_write_stored(const char *folder, const char *name, const char *about,
                                   size_t n, size_t d, const double *documents,
                                   const struct limen_quantiser *quantiser,
                                   const struct limen_pair_queries *queries,
                                   struct limen_error *error) {
  struct limen_stored stored;
  struct limen_pairs_proof proof = {0};
  char *home = limen_claim_home(folder, name, error);
  int status = home ? limen_stored_init(&stored, n, d, documents, quantiser, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = prove_queries(name, &stored, queries, &proof, error);
  if (status == LIMEN_OK) status = limen_folder_make(home, error);
  if (status == LIMEN_OK) status = write_arrays(home, n, d, documents, queries, error);
  if (status == LIMEN_OK)
    status = limen_claim_write_json(
        home,
        json_pack("{s:i, s:s, s:s, s:s, s:I, s:i, s:I, s:s, s:o, s:I, s:f}", "schema", 1, "claim",
                  limen_claim_stored.words, "score", "inner product", "about", about, "documents",
                  (json_int_t)n, "k", 2, "d", (json_int_t)d, "arithmetic", quantiser->name, "frame",
                  queries->frame ? limen_torus_write_json(queries->frame) : json_null(), "listed",
                  (json_int_t)queries->count, "lead", proof.worst_lead),
        error);
  limen_pairs_proof_clear(&proof);
  limen_free(home);
  return status;
}

/* ---- proving ---- */

struct stated {
  struct limen_torus frame;
  const struct limen_quantiser *quantiser;
  size_t listed;
  double lead;
};

static int read_claim(const char *home, const json_t *root, struct stated *stated,
                      struct limen_claim *out, struct limen_error *error) {
  json_int_t n = 0, k = 0, d = 0, listed = 0;
  const char *score = "", *arithmetic = "";
  json_t *frame = NULL;
  int status =
      limen_json_unpack(root, NULL, error, "{s:s, s:I, s:I, s:I, s:s, s:o, s:I, s:F}", "score",
                        &score, "documents", &n, "k", &k, "d", &d, "arithmetic", &arithmetic,
                        "frame", &frame, "listed", &listed, "lead", &stated->lead);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK || strcmp(score, "inner product") != 0 || n < 3 ||
      n > LIMEN_TORUS_N_MOST || k != 2 || d < 1 || d > 1 << 20 || listed < 0 ||
      listed > n * (n - 1) / 2 || !(stated->quantiser = limen_quantiser_find(arithmetic)))
    return limen_claim_unknown(home, error);
  stated->listed = (size_t)listed;
  *out = (struct limen_claim){.documents = (size_t)n,
                              .queries = (size_t)n * ((size_t)n - 1) / 2,
                              .k = 2,
                              .d = (size_t)d,
                              .every_subset = true};
  if (json_is_null(frame)) return LIMEN_OK;
  return limen_torus_read_json(home, frame, (size_t)n, &stated->frame, error);
}

struct arrays {
  void *documents, *classes, *pairs, *queries;
};

static int read_arrays(const char *home, const struct stated *stated,
                       const struct limen_claim *claim, struct arrays *out,
                       struct limen_error *error) {
  int status = limen_claim_read_array(home, "documents.npy", LIMEN_NPY_F8, claim->documents,
                                      claim->d, &out->documents, error);
  if (status == LIMEN_OK && stated->frame.count > 0)
    status = limen_claim_read_array(home, "classes.npy", LIMEN_NPY_F8, claim->documents / 2,
                                    stated->frame.count, &out->classes, error);
  if (status == LIMEN_OK && stated->listed > 0)
    status = limen_claim_read_array(home, "pairs.npy", LIMEN_NPY_U4, stated->listed, 2, &out->pairs,
                                    error);
  if (status == LIMEN_OK && stated->listed > 0)
    status = limen_claim_read_array(home, "queries.npy", LIMEN_NPY_F8, stated->listed, claim->d,
                                    &out->queries, error);
  return status;
}

static int prove(const char *home, const json_t *root, struct limen_claim *out,
                 struct limen_text *say, struct limen_error *error) {
  struct stated stated = {0};
  struct arrays arrays = {0};
  struct limen_stored stored;
  struct limen_pairs_proof proof = {0};
  int status = read_claim(home, root, &stated, out, error);
  if (status == LIMEN_OK) status = read_arrays(home, &stated, out, &arrays, error);
  if (status == LIMEN_OK)
    status = limen_stored_init(&stored, out->documents, out->d, arrays.documents, stated.quantiser,
                               error);
  if (status == LIMEN_OK) {
    const struct limen_pair_queries queries = {.frame = stated.frame.count ? &stated.frame : NULL,
                                               .classes = arrays.classes,
                                               .count = stated.listed,
                                               .pair = arrays.pairs,
                                               .query = arrays.queries};
    status = prove_queries(home, &stored, &queries, &proof, error);
  }
  if (status == LIMEN_INPUT) limen_error_prefix(error, "%s", home);
  if (status == LIMEN_OK && !(fabs(stated.lead - proof.worst_lead) <= alike * proof.worst_lead))
    status = LIMEN_FAIL(error, LIMEN_NO,
                        "%s/claim.json says that the smallest lead is %.9g, but it is %.9g", home,
                        stated.lead, proof.worst_lead);
  if (status == LIMEN_OK) {
    out->worst_margin = proof.worst_lead;
    out->error_bound = limen_stored_error(&stored, 1) / stored.longest;
    limen_text_print(say,
                     "n = %zu documents, all %zu pairs one by one, d = %zu, stored in %s: proved, "
                     "smallest lead %.3g, error bound %.1e",
                     out->documents, out->queries, out->d, stated.quantiser->name, proof.worst_lead,
                     out->error_bound);
  }
  limen_pairs_proof_clear(&proof);
  limen_free(arrays.documents);
  limen_free(arrays.classes);
  limen_free(arrays.pairs);
  limen_free(arrays.queries);
  return status;
}

const struct limen_claim_type limen_claim_stored = {
    .name = "stored",
    .words =
        "for every pair some query scores both strictly higher than every other document, all "
        "numbers as they are stored",
    .prove = prove,
};
