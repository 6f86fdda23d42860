#include "cli/carry_out.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/progress.h"
#include "base/threads.h"
#include "report/publish.h"
#include "run/runner.h"
#include "store/manifest.h"

/* What a run says of itself beside its cells. */
struct account {
  const char *command; /* not owned */
  char *manifest;
  char start[32]; /* date */
  double start_s;
};

/* Puts command and manifest into the store. Done before the first cell, too, with `tally` NULL: the
 * report of a run that was cut short must not show an earlier one's. */
static int give_account(struct account *account, const struct limen_plan *plan,
                        const struct limen_texts *sets, const struct limen_run_tally *tally,
                        struct limen_error *error) {
  struct limen_manifest manifest = {
      .experiment = plan->definition.name,
      .kind = plan->kind->name,
      .size = limen_size_name(plan->size),
      .command = account->command,
      .definition_path = plan->definition.path,
      .definition_text = plan->definition.text,
      .sets = sets->text,
      .n_sets = sets->count,
      .grid = &plan->grid,
      .inputs = &plan->inputs,
      .code = plan->code,
      .threads = limen_threads(),
      .cells_run = tally ? tally->ran : 0,
      .cells_reused = tally ? tally->reused : 0,
      .start = account->start,
      .duration_s = tally ? limen_clock_s() - account->start_s : -1,
  };
  limen_free(account->manifest);
  if (!(account->manifest = limen_manifest_text(&manifest, error))) return LIMEN_FAILED;
  int status = limen_store_set(plan->store, "manifest", account->manifest, error);
  if (status != LIMEN_OK) return status;
  return limen_store_set(plan->store, "command", account->command, error);
}

static int run_and_publish(struct limen_session *session, const char *command,
                           const struct limen_texts *sets, const char *folder, bool quiet,
                           struct limen_error *error) {
  struct limen_plan *plan = &session->plan;
  struct limen_progress progress;
  struct limen_run_tally tally = {0};
  struct account account = {.command = command, .start_s = limen_clock_s()};
  char words[32];
  limen_clock_date(account.start);
  int status = limen_session_describe(session, sets, error);
  if (status == LIMEN_OK) status = give_account(&account, plan, sets, NULL, error);
  if (status == LIMEN_OK) status = limen_store_event(session->store, "started", error);
  limen_progress_init(&progress, quiet);
  if (status == LIMEN_OK) status = limen_run(plan, &progress, &tally, error);
  limen_progress_end(&progress, "");
  if (status != LIMEN_OK) goto done;
  limen_store_event(session->store, "finished", NULL);
  if ((status = limen_store_prune(session->store, plan->code, error)) != LIMEN_OK) goto done;
  limen_progress_say(
      &progress, "%zu cells run, %zu taken from earlier runs, %s; writing the report", tally.ran,
      tally.reused, limen_clock_words(limen_clock_s() - account.start_s, words));
  if ((status = give_account(&account, plan, sets, &tally, error)) != LIMEN_OK) goto done;
  status = limen_publish(plan, account.manifest, command, error);
  if (status == LIMEN_OK) printf("%s/index.html\n", folder);
done:
  limen_free(account.manifest);
  return status;
}

/* Cells of our own among others' results would be taken for theirs. */
static int refuse_import(struct limen_store *store, struct limen_error *error) {
  char *imported = NULL;
  int status = limen_store_get(store, "imported", &imported, error);
  if (status == LIMEN_OK && imported)
    status = LIMEN_FAIL(error, LIMEN_FAILED,
                        "%s holds imported results; choose another folder with --out, or give them "
                        "up with --fresh",
                        limen_store_folder(store));
  limen_free(imported);
  return status;
}

int limen_carry_out(struct limen_session *session, const char *command,
                    const struct limen_texts *sets, const char *folder, bool fresh, bool quiet,
                    struct limen_error *error) {
  int status = limen_store_open(folder, fresh ? LIMEN_STORE_FRESH : LIMEN_STORE_WRITE,
                                &session->store, error);
  if (status == LIMEN_OK) status = refuse_import(session->store, error);
  if (status != LIMEN_OK) return status;
  session->plan.store = session->store;
  return run_and_publish(session, command, sets, folder, quiet, error);
}
