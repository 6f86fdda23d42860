/* The claim that every k-subset of constructed documents is some query's top k: construction.h. The
 * certificate is claim.json alone, with the construction's parameters. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/threads.h"
#include "limits/certificate.h"
#include "limits/construction_sample.h"

extern const struct limen_claim_type limen_claim_constructed;

/* ---- writing ---- */

int limen_certificate_write_constructed(const char *folder, const char *name, const char *about,
                                        const struct limen_constructed *claim,
                                        struct limen_error *error) {
  char *home = limen_claim_home(folder, name, error);
  int status = home ? limen_folder_make(home, error) : LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_claim_write_json(
        home,
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:f, s:f, s:O}", "schema", 1, "claim",
                  limen_claim_constructed.words, "score", "inner product", "about", about,
                  "construction", claim->construction->name, "documents",
                  (json_int_t)claim->documents, "k", (json_int_t)claim->k, "d",
                  (json_int_t)claim->d, "worst_margin", claim->margin, "error_bound", claim->error,
                  "parameters", (json_t *)claim->parameters),
        error);
  limen_free(home);
  return status;
}

/* ---- proving ---- */

/* What claim.json says, its construction read. */
struct stated {
  const struct limen_construction *construction;
  void *state;
  uint64_t documents;
  size_t k, d;
  double margin, error;
};

static int read_stated(const char *home, const json_t *root, struct stated *out,
                       struct limen_error *error) {
  json_int_t n = 0, k = 0, d = 0;
  const char *score = "", *construction = "";
  json_t *parameters = NULL;
  *out = (struct stated){0};
  int status = limen_json_unpack(root, NULL, error, "{s:s, s:s, s:I, s:I, s:I, s:F, s:F, s:o}",
                                 "score", &score, "construction", &construction, "documents", &n,
                                 "k", &k, "d", &d, "worst_margin", &out->margin, "error_bound",
                                 &out->error, "parameters", &parameters);
  if (status == LIMEN_FAILED) return status;
  if (status != LIMEN_OK || strcmp(score, "inner product") != 0 || n < 2 || k < 1 || k >= n ||
      d < 1)
    return limen_claim_unknown(home, error);
  if (!(out->construction = limen_construction_find(construction)) ||
      (size_t)k > out->construction->k_most)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "%s/claim.json: there is no construction known here by the name that it "
                      "gives, for k = %lld",
                      home, (long long)k);
  out->documents = (uint64_t)n;
  out->k = (size_t)k;
  out->d = (size_t)d;
  status = out->construction->read(parameters, out->documents, &out->state, error);
  if (status != LIMEN_OK) return status;
  if (out->construction->dimensions(out->state) != out->d)
    return LIMEN_FAIL(error, LIMEN_NO,
                      "the claim is about d = %zu, but the construction has %zu dimensions", out->d,
                      out->construction->dimensions(out->state));
  return LIMEN_OK;
}

/* The library's cosines may differ in their last bits from machine to machine, so a margin is
 * compared up to the errors, and no claim may be better than what is proved. */
static int compare(const struct stated *stated, const struct limen_construction_proof *proof,
                   struct limen_error *error) {
  if (fabs(stated->margin - proof->margin) <= 2 * proof->error && stated->error == proof->error)
    return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_NO,
                    "the claim says that the worst margin is %.9g with error bound %.9g, but it is "
                    "%.9g with %.9g",
                    stated->margin, stated->error, proof->margin, proof->error);
}

/* Not part of the proof: it would find a theorem that is wrong, or code that is. */
static int look_at_sample(const struct stated *stated, struct limen_text *say,
                          struct limen_error *error) {
  const struct limen_construction_sampling sampling = {
      .sets = 32,
      .provoked = 100000,
      .documents = limen_sample_documents(stated->documents, stated->d),
      .seed = stated->documents,
      .workers = (size_t)limen_threads()};
  struct limen_construction_sample sample;
  int status = limen_construction_sample(stated->construction, stated->state, stated->documents,
                                         stated->k, &sampling, &sample, error);
  if (status != LIMEN_OK) return status;
  if (sample.wrong > 0 || sample.wrong_int8 > 0 || sample.provoked_least <= 0)
    return LIMEN_FAIL(
        error, LIMEN_NO,
        "of %zu sets drawn at random %zu in float32 and %zu in int8 are not on top of "
        "%" PRIu64 " documents",
        sample.sets, sample.wrong, sample.wrong_int8, sample.documents);
  limen_text_print(say,
                   "; %zu random sets looked at beside %" PRIu64
                   " documents in float32 and in int8 with a scale each: all on top",
                   sample.sets, sample.documents);
  if (sample.provoked > 0)
    limen_text_print(say, "; %zu sets made to come close: least lead %.0f", sample.provoked,
                     sample.provoked_least);
  return LIMEN_OK;
}

static int prove(const char *home, const json_t *root, struct limen_claim *out,
                 struct limen_text *say, struct limen_error *error) {
  struct stated stated;
  struct limen_construction_proof proof = {0};
  struct limen_text words = {0};
  int status = read_stated(home, root, &stated, error);
  if (status == LIMEN_OK)
    status = stated.construction->prove(stated.state, stated.k, (size_t)limen_threads(), &proof,
                                        &words, error);
  if (status == LIMEN_OK) status = compare(&stated, &proof, error);
  if (status == LIMEN_OK) {
    *out = (struct limen_claim){.documents = stated.documents,
                                .k = stated.k,
                                .d = stated.d,
                                .every_subset = true,
                                .worst_margin = proof.margin,
                                .error_bound = proof.error};
    limen_text_print(say,
                     "proved: every %zu-subset of %" PRIu64
                     " documents, %s, d = %zu, margin at "
                     "least %.6g, error at most %.1e (%s)",
                     stated.k, stated.documents, stated.construction->title, stated.d, proof.margin,
                     proof.error, limen_text_string(&words));
    status = look_at_sample(&stated, say, error);
  }
  if (status == LIMEN_NO && error && !strstr(error->text, "/claim.json"))
    limen_error_prefix(error, "%s/claim.json", home);
  if (stated.construction) stated.construction->free(stated.state);
  limen_text_clear(&words);
  return status;
}

const struct limen_claim_type limen_claim_constructed = {
    .name = "constructed",
    .words =
        "every k-subset of these constructed documents is the top k of some query, and each "
        "scores strictly higher than every other document",
    .prove = prove,
};
