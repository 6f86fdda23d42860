/* limen verify: re-check every certificate of a run, trusting nothing that the run said. */
#include <stdbool.h>
#include <stdio.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/summary_claims.h"
#include "limits/certificate.h"
#include "report/publish.h"

/* Claims that were proved, for the comparison with the summary. */
struct proved {
  struct limen_claim *claim;
  size_t count, capacity;
  bool failed; /* memory ran out */
};

static void say(void *context, const char *name, const struct limen_claim *claim,
                const char *words) {
  struct proved *proved = context;
  printf("%s: %s\n", name, words);
  if (limen_grow(&proved->claim, &proved->capacity, proved->count + 1, sizeof *proved->claim,
                 NULL) == LIMEN_OK)
    proved->claim[proved->count++] = *claim;
  else
    proved->failed = true;
}

/* A claim that was taken away with its lines in SHA256SUMS leaves certificates that hold; what it
 * proved still stands in the summary. */
static int check_summary(const char *run, const struct proved *proved, struct limen_error *error) {
  size_t metrics = 0;
  char *path = limen_path_join(run, "summary.json", error);
  int status = path ? LIMEN_OK : LIMEN_FAILED;
  if (status == LIMEN_OK && proved->failed)
    status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the list of claims");
  if (status == LIMEN_OK && !limen_file_exists(path)) {
    fprintf(stderr, "note: there is no %s, so no certified number was compared with the claims\n",
            path);
  } else if (status == LIMEN_OK) {
    status = limen_summary_claims_check(path, proved->claim, proved->count, &metrics, error);
    if (status == LIMEN_OK && metrics > 0)
      printf("%zu certified numbers in summary.json, each proved by one of these claims\n",
             metrics);
  }
  limen_free(path);
  return status;
}

/* The part of a kind that proves nothing but keeps raw answers: its files must say what its store
 * says, and its store what follows from the answers. */
static int verify_answers(const char *run, struct limen_session *session,
                          struct limen_error *error) {
  const struct limen_plan *plan = &session->plan;
  struct limen_text words = {0};
  int status = limen_inputs_check(&plan->inputs, error);
  if (status == LIMEN_OK) status = plan->kind->verify(plan, &words, error);
  if (status == LIMEN_OK) status = limen_text_status(&words, error);
  if (status == LIMEN_OK) status = limen_published_check(plan, error);
  if (status == LIMEN_OK)
    printf("%s\n%s: results.csv and summary.json say what the store says\n",
           limen_text_string(&words), run);
  limen_text_clear(&words);
  return status;
}

/* A run with certificates whose kind has raw answers to check besides: those of an audit. A folder
 * of certificates alone, without its store, is fine. */
static int verify_more(const char *run, struct limen_error *error) {
  struct limen_session session = {0};
  char *path = limen_path_join(run, "run.db", error);
  int status = path ? LIMEN_OK : LIMEN_FAILED;
  const bool stored = path && limen_file_exists(path);
  limen_free(path);
  if (!stored) return status;
  status = limen_session_open(&session, run, LIMEN_STORE_READ, error);
  if (status != LIMEN_OK) return status;
  if (session.plan.kind->verify) status = verify_answers(run, &session, error);
  limen_session_clear(&session);
  return status;
}

/* A run folder without certificates: of a kind that has other things to check, or none. */
static int verify_without(const char *run, struct limen_error *error) {
  struct limen_session session = {0};
  int status = limen_session_open(&session, run, LIMEN_STORE_READ, error);
  if (status != LIMEN_OK) return status;
  if (session.plan.kind->verify)
    status = verify_answers(run, &session, error);
  else
    status = LIMEN_FAIL(error, LIMEN_INPUT,
                        "%s: there are no certificates here; `limen run` writes them into its run "
                        "folder",
                        run);
  limen_session_clear(&session);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  const struct limen_option table[] = {{0}};
  struct limen_verification result = {0};
  struct proved proved = {0};
  char *folder = NULL;
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status != LIMEN_OK) goto done;
  if (!(folder = limen_path_join(words.text[0], "certificates", error))) {
    status = LIMEN_FAILED;
    goto done;
  }
  if (!limen_file_exists(folder)) {
    status = verify_without(words.text[0], error);
    goto done;
  }
  status = limen_certificates_verify(folder, say, &proved, &result, error);
  if (status == LIMEN_OK) status = check_summary(words.text[0], &proved, error);
  if (status == LIMEN_OK && result.claims == 0)
    printf("no claims: nothing was proved in this run\n");
  else if (status == LIMEN_OK && result.claims == result.refutations)
    printf("%zu claims proved, %zu files unaltered\n", result.claims, result.files);
  else if (status == LIMEN_OK)
    printf("%zu claims proved, %zu files unaltered; smallest margin %.3g with error bound %.1e\n",
           result.claims, result.files, result.worst_margin, result.worst_bound);
  if (status == LIMEN_OK) status = verify_more(words.text[0], error);
done:
  limen_free(proved.claim);
  limen_free(folder);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_verify = {
    .name = "verify",
    .about = "prove every certificate of a run again",
    .help =
        "usage: limen verify DIR\n"
        "\n"
        "Reads DIR/certificates, checks every file against SHA256SUMS and proves every claim\n"
        "again: from its vectors that queries are served, in float64 with a rigorous error bound,\n"
        "or that no query can exist, in rationals; from its parameters that a construction serves\n"
        "every set. Then every number that DIR/summary.json calls certified, or the smallest d,\n"
        "must follow from one of the claims. Exit status 1 names the file that was altered, the\n"
        "claim that is false or the number without one.\n"
        "\n"
        "A run that measured recalls has no certificates: the ids that its indexes returned are\n"
        "judged again, against data made or read anew, and must give the recalls that it told.\n"
        "An audit has both: its certificates are proved and its verdicts found again.\n"
        "\n"
        "Example:\n"
        "  limen verify reports/limit_k2\n",
    .run = run,
};
