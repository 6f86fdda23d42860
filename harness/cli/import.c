/* limen import: others' results, read by an importer, as a run folder of ours with its report.
 * Answers that are judged here take another way: import_judged.c. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/import_judged.h"
#include "cli/session.h"
#include "cli/shell_word.h"
#include "report/publish.h"
#include "run/importer.h"
#include "store/manifest.h"

/* The command line, as a shell takes it. */
static char *command_of(const struct limen_importer *importer, const char *path,
                        struct limen_error *error) {
  struct limen_text line = {0};
  limen_text_print(&line, "limen import %s", importer->name);
  limen_shell_word(&line, path);
  char *copy = limen_text_status(&line, error) == LIMEN_OK
                   ? limen_copy_text(limen_text_string(&line), error)
                   : NULL;
  limen_text_clear(&line);
  return copy;
}

/* Opens what was stored as `limen report` would, so that both write the same. */
static int publish(const struct limen_importer *importer, const char *folder, const char *path,
                   size_t cells, struct limen_error *error) {
  struct limen_session session = {0};
  char date[32], *manifest = NULL, *command = NULL;
  int status = limen_session_open(&session, folder, LIMEN_STORE_WRITE, error);
  if (status != LIMEN_OK) return status;
  struct limen_plan *plan = &session.plan;
  command = command_of(importer, path, error);
  struct limen_manifest about = {.experiment = plan->definition.name,
                                 .kind = plan->kind->name,
                                 .size = limen_size_name(plan->size),
                                 .command = command,
                                 .definition_path = plan->definition.path,
                                 .definition_text = plan->definition.text,
                                 .imported = plan->imported,
                                 .grid = &plan->grid,
                                 .code = plan->code,
                                 .threads = limen_threads(),
                                 .cells_reused = cells,
                                 .start = limen_clock_date(date)};
  if (command) manifest = limen_manifest_text(&about, error);
  status = manifest ? limen_store_set(session.store, "manifest", manifest, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_store_set(session.store, "command", command, error);
  if (status == LIMEN_OK) status = limen_publish(plan, manifest, command, error);
  if (status == LIMEN_OK) printf("%s/index.html\n", folder);
  limen_free(manifest);
  limen_free(command);
  limen_session_clear(&session);
  return status;
}

static int fill(const struct limen_importer *importer, const struct limen_import *results,
                const char *folder, const char *path, size_t *repeated, struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_definition definition = {0};
  const struct limen_texts no_sets = {0};
  char hash[LIMEN_HASH_SIZE];
  const struct limen_kind *kind = limen_kind_find(limen_cli_kinds, importer->kind);
  int status = limen_definition_parse(path, limen_text_string(&results->definition),
                                      results->definition.length, &definition, error);
  if (status == LIMEN_OK)
    status = limen_plan_init(&session.plan, kind, &definition, LIMEN_SIZE_DEFAULT, NULL, 0, error);
  if (status == LIMEN_OK) {
    limen_free(session.plan.code); /* others' results do not depend on our code */
    if (!(session.plan.code = limen_copy_text("imported", error))) status = LIMEN_FAILED;
  }
  if (status == LIMEN_OK) status = limen_hash_file(path, hash, error);
  if (status == LIMEN_OK &&
      !(session.plan.imported = limen_print(error, "%s (SHA-256 %s)", path, hash)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_store_open(folder, LIMEN_STORE_FRESH, &session.store, error);
  if (status == LIMEN_OK) status = limen_session_describe(&session, &no_sets, error);
  if (status == LIMEN_OK)
    status = limen_store_set(session.store, "imported", session.plan.imported, error);
  if (status == LIMEN_OK)
    status = limen_import_store(results, &session.plan, session.store, repeated, error);
  limen_definition_clear(&definition);
  limen_session_clear(&session);
  return status;
}

static int note_cell(void *context, const char *text, struct limen_error *error) {
  (void)text, (void)error;
  *(bool *)context = true;
  return LIMEN_OK;
}

/* An import starts afresh, and what a run of our own has trained for hours must not go with it. A
 * store that cannot be read may hold just that; one that was never filled, as by an import that was
 * cut short, holds nothing. */
static int refuse_own_run(const char *folder, struct limen_error *error) {
  struct limen_store *store = NULL;
  struct limen_error why = {0};
  char *imported = NULL, *database = limen_path_join(folder, "run.db", error);
  bool cells = false;
  int status = database ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK || !limen_file_exists(database) || limen_store_unfilled(folder)) goto done;
  status = limen_store_open(folder, LIMEN_STORE_READ, &store, &why);
  if (status == LIMEN_OK) status = limen_store_get(store, "imported", &imported, &why);
  if (status == LIMEN_OK) status = limen_store_each(store, note_cell, &cells, &why);
  if (status == LIMEN_FAILED) /* no memory, no permission: nothing was found out */
    LIMEN_FAIL(error, status, "%s", why.text);
  else if (status != LIMEN_OK || (cells && !imported))
    status = LIMEN_FAIL(error, LIMEN_FAILED,
                        "%s holds a run that is not known to be an import, and its cells would be "
                        "lost; choose another folder with --out",
                        folder);
done:
  limen_store_close(store);
  limen_free(imported);
  limen_free(database);
  return status;
}

static int import(const struct limen_importer *importer, const char *path, const char *out,
                  struct limen_error *error) {
  struct limen_import results = {0};
  size_t repeated = 0;
  char *name = limen_import_name(path, error), *folder = NULL;
  int status = name ? limen_session_check_path(path, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = importer->read(path, name, &results, error);
  if (status == LIMEN_OK) {
    folder = out ? limen_copy_text(out, error) : limen_path_join("reports", name, error);
    status = folder ? refuse_own_run(folder, error) : LIMEN_FAILED;
    if (status == LIMEN_OK) status = fill(importer, &results, folder, path, &repeated, error);
  }
  if (status == LIMEN_OK) {
    fprintf(stderr, "%zu results read, %zu repeated, %zu without an answer left out\n",
            results.rows - repeated, repeated, results.left_out);
    status = publish(importer, folder, path, results.rows - repeated, error);
  }
  limen_import_clear(&results);
  limen_free(name);
  limen_free(folder);
  return status;
}

static const char *format_name(size_t i) {
  return limen_cli_importers[i] ? limen_cli_importers[i]->name : NULL;
}

static int unknown(const char *format, struct limen_error *error) {
  struct limen_text names = {0};
  const char *near = limen_nearest(format, format_name);
  for (size_t i = 0; limen_cli_importers[i]; i++)
    limen_text_print(&names, "%s%s", i ? ", " : "", limen_cli_importers[i]->name);
  int status =
      LIMEN_FAIL(error, LIMEN_USAGE, "limen import: unknown format %.60s%s%s; there is: %s", format,
                 near ? "; nearest: " : "", near ? near : "", limen_text_string(&names));
  limen_text_clear(&names);
  return status;
}

/* Options that another way of importing has, and this one has not. */
static int refuse_options(const struct limen_importer *importer,
                          const struct limen_import_options *options, struct limen_error *error) {
  const char *needless = options->data      ? "--data"
                         : options->threads ? "--threads"
                         : options->quiet   ? "--quiet"
                                            : NULL;
  if (importer->define && !options->data)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen import %s: --data FILE is missing: the dataset's HDF5 file, which the "
                      "answers are judged against",
                      importer->name);
  if (!importer->define && needless)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "limen import %s takes no %s: its results are read, and nothing is judged",
                      importer->name, needless);
  return LIMEN_OK;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_import_options options = {0};
  struct limen_texts words = {0};
  const struct limen_option table[] = {{"--data", LIMEN_OPTION_TEXT, &options.data},
                                       {"--out", LIMEN_OPTION_TEXT, &options.out},
                                       {"--threads", LIMEN_OPTION_TEXT, &options.threads},
                                       {"--quiet", LIMEN_OPTION_FLAG, &options.quiet},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 2, 2, &words, error);
  if (status == LIMEN_OK) {
    const struct limen_importer *importer = limen_importer_find(limen_cli_importers, words.text[0]);
    options.path = words.text[1];
    status = importer ? refuse_options(importer, &options, error) : unknown(words.text[0], error);
    if (status == LIMEN_OK)
      status = importer->define ? limen_import_judged(importer, &options, error)
                                : import(importer, options.path, options.out, error);
  }
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_import = {
    .name = "import",
    .about = "read others' results into a run folder",
    .help =
        "usage: limen import limit-json FILE [--out DIR]\n"
        "       limen import ann-benchmarks TREE --data FILE [--out DIR] [--threads N] [--quiet]\n"
        "\n"
        "Reads others' results and writes the same report as for a run of our own. `limen list\n"
        "importers` tells the formats. DIR: the run folder, default reports/imported_FILE.\n"
        "\n"
        "limit-json: a published program that keeps no embeddings can prove nothing, so its\n"
        "successes are shown as reported. DIR is started afresh when it holds an import; a run of\n"
        "our own in it is left alone.\n"
        "\n"
        "ann-benchmarks: TREE holds DATASET/K/ALGORITHM/ARGUMENTS.hdf5, and FILE is the "
        "dataset's,\n"
        "DATASET.hdf5; TREE may be the folder DATASET itself. Nothing is run again: ids come from\n"
        "the tree and are judged with distances from FILE's vectors, in three recalls with\n"
        "intervals beside ann-benchmarks' own; times are the tree's. Files that are not usable "
        "are\n"
        "named in the report, and the rest goes on. `limen verify DIR` judges the tree again.\n"
        "\n"
        "  --data FILE    the dataset (distance angular or euclidean)\n"
        "  --threads N    threads (default: all cores); results do not depend on it\n"
        "  --quiet        no progress\n"
        "\n"
        "Example:\n"
        "  limen import limit-json d=4_k=2.json\n"
        "  limen import ann-benchmarks results --data glove-25-angular.hdf5\n",
    .run = run,
};
