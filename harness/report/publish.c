#include "report/publish.h"

#include <stdint.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/threads.h"
#include "limits/certificate.h"
#include "report/document.h"
#include "report/writer.h"
#include "run/export.h"

/* The folder is locked, so nobody else writes in it: what lies aside is of programs that are dead.
 */
static void sweep(const char *folder) {
  static const char *const subfolders[] = {"plots", "plots/timed"};
  limen_folder_sweep(folder);
  for (size_t i = 0; i < sizeof subfolders / sizeof *subfolders; i++) {
    char *path = limen_path_join(folder, subfolders[i], NULL);
    if (path) limen_folder_sweep(path);
    limen_free(path);
  }
}

/* Calls one of the writers below with FOLDER/NAME. */
static int into(const char *folder, const char *name,
                int (*write)(const struct limen_plan *plan, const char *path,
                             struct limen_error *error),
                const struct limen_plan *plan, struct limen_error *error) {
  char *path = limen_path_join(folder, name, error);
  int status = path ? write(plan, path, error) : LIMEN_FAILED;
  limen_free(path);
  return status;
}

static int write_summary(const struct limen_plan *plan, const char *path,
                         struct limen_error *error) {
  struct limen_summary summary = {0};
  int status = plan->kind->summarise(plan, &summary, error);
  if (status == LIMEN_OK)
    status = limen_summary_write(&summary, plan->definition.name, path, error);
  limen_summary_clear(&summary);
  return status;
}

/* The new folder is made aside and takes the old one's place in one step when it is whole. */
static int write_certificates(const struct limen_plan *plan, const char *path,
                              struct limen_error *error) {
  char *aside = limen_path_aside(path, error);
  int status = aside ? limen_folder_make(aside, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = plan->kind->certify(plan, aside, error);
  if (status == LIMEN_OK) status = limen_certificates_seal(aside, error);
  if (status == LIMEN_OK) status = limen_folder_replace(aside, path, error);
  if (status != LIMEN_OK && aside) limen_folder_remove(aside, NULL);
  limen_free(aside);
  return status;
}

/* Writes the report, and removes the plots of earlier ones that it has not. The store remembers
 * which were drawn: before the first one is, so that a kill forgets none. Nothing is written there
 * when the plots are those of the last time. */
static int write_report(const struct limen_plan *plan, const struct limen_document *document,
                        const char *manifest, const char *reproduce, struct limen_error *error) {
  const char *folder = limen_store_folder(plan->store);
  char *earlier = NULL;
  struct limen_text now = {0}, both = {0};
  int status = limen_store_get(plan->store, "plots", &earlier, error);
  if (status != LIMEN_OK) goto done;
  limen_report_plots(document, &now);
  const char *drawn = limen_text_string(&now);
  bool same = earlier && strcmp(earlier, drawn) == 0;
  limen_text_print(&both, "%s%s", earlier ? earlier : "", drawn);
  if ((status = limen_text_status(&now, error)) != LIMEN_OK) goto done;
  if ((status = limen_text_status(&both, error)) != LIMEN_OK) goto done;
  if (!earlier || !strstr(earlier, drawn)) /* after a report that failed, they are there */
    status = limen_store_set(plan->store, "plots", limen_text_string(&both), error);
  if (status == LIMEN_OK) status = limen_report_write(document, folder, reproduce, manifest, error);
  if (status != LIMEN_OK || same) goto done;
  status = limen_report_drop_plots(document, folder, earlier, error);
  if (status == LIMEN_OK) status = limen_store_set(plan->store, "plots", drawn, error);
done:
  limen_free(earlier);
  limen_text_clear(&now);
  limen_text_clear(&both);
  return status;
}

/* A kind puts its words together from many texts, and none of them may be cut short. */
static int describe(const struct limen_plan *plan, struct limen_document *document,
                    struct limen_error *error) {
  const size_t before = limen_texts_cut();
  int status = plan->kind->describe(plan, document, error);
  if (status == LIMEN_OK && limen_texts_cut() != before)
    status = LIMEN_FAIL(error, LIMEN_FAILED,
                        "out of memory while the report was put together; all "
                        "cells are stored, so run again to write it");
  return status;
}

/* Between two steps, each of which leaves whole files. */
static int go_on(int status) {
  return status == LIMEN_OK && limen_interrupted() ? LIMEN_INTERRUPTED : status;
}

static int publish(const struct limen_plan *plan, const char *manifest, const char *reproduce,
                   struct limen_error *error) {
  const char *folder = limen_store_folder(plan->store);
  struct limen_document document = {0};
  char *manifest_path = limen_path_join(folder, "manifest.json", error);
  int status = manifest_path ? LIMEN_OK : LIMEN_FAILED;
  sweep(folder);
  if ((status = go_on(status)) == LIMEN_OK && plan->kind->certify)
    status = into(folder, "certificates", write_certificates, plan, error);
  status = go_on(status);
  if (status == LIMEN_OK) status = into(folder, "results.csv", limen_export_results, plan, error);
  if (status == LIMEN_OK) status = into(folder, "timings.csv", limen_export_timings, plan, error);
  status = go_on(status);
  if (status == LIMEN_OK) status = into(folder, "summary.json", write_summary, plan, error);
  status = go_on(status);
  if (status == LIMEN_OK) status = describe(plan, &document, error);
  if (status == LIMEN_OK)
    status = limen_file_write(manifest_path, manifest, strlen(manifest), error);
  if (status == LIMEN_OK) status = write_report(plan, &document, manifest, reproduce, error);
  limen_document_clear(&document);
  limen_free(manifest_path);
  return status;
}

/* A terminal sends Ctrl-C to the programs that draw as well, and they end at once: whatever failed
 * then failed for that reason. */
int limen_publish(const struct limen_plan *plan, const char *manifest, const char *reproduce,
                  struct limen_error *error) {
  int status = publish(plan, manifest, reproduce, error);
  if (status == LIMEN_OK || !limen_interrupted()) return status;
  return LIMEN_FAIL(error, LIMEN_INTERRUPTED,
                    "interrupted while the report was written; all cells are stored: `limen report "
                    "%s` writes it",
                    limen_store_folder(plan->store));
}

/* ---- looking at what was published ---- */

static int expect_content(const char *folder, const char *name, const char *wanted,
                          struct limen_error *error) {
  char *path = limen_path_join(folder, name, error), *content = NULL;
  size_t count = 0;
  int status = path ? limen_file_read(path, SIZE_MAX / 2, &content, &count, error) : LIMEN_FAILED;
  if (status == LIMEN_OK && (count != strlen(wanted) || memcmp(content, wanted, count) != 0))
    status =
        LIMEN_FAIL(error, LIMEN_NO,
                   "%s does not say what the store says: it was altered, or written by another "
                   "build; `limen report %s` writes it anew",
                   path, folder);
  limen_free(path);
  limen_free(content);
  return status;
}

int limen_published_check(const struct limen_plan *plan, struct limen_error *error) {
  const char *folder = limen_store_folder(plan->store);
  struct limen_text results = {0};
  struct limen_summary summary = {0};
  char *headlines = NULL;
  limen_export_results_text(plan, &results);
  int status = limen_text_status(&results, error);
  if (status == LIMEN_OK)
    status = expect_content(folder, "results.csv", limen_text_string(&results), error);
  if (status == LIMEN_OK) status = plan->kind->summarise(plan, &summary, error);
  if (status == LIMEN_OK &&
      !(headlines = limen_summary_text(&summary, plan->definition.name, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = expect_content(folder, "summary.json", headlines, error);
  limen_free(headlines);
  limen_summary_clear(&summary);
  limen_text_clear(&results);
  return status;
}
