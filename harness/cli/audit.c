/* limen audit: where a model's misses come from, for vectors and judgements of the user's own. A
 * definition is written here and run as any other. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/carry_out.h"
#include "cli/command.h"
#include "cli/session.h"
#include "cli/shell_word.h"

/* Paths are set beside it, so that they are those of the command line. */
static const char definition[] =
    "name: audit\n"
    "kind: audit\n"
    "question: Where do the misses of these vectors come from - from geometry, from the encoders, "
    "from the numbers' format, or from the index?\n"
    "params:\n"
    "  representation: user\n"
    "  d: own\n"
    "  step: [given, bfloat16, float16, int8, int4, bit1, half, quarter, index_ef10, index_ef40]\n";

struct audit_options {
  bool unit, fresh, quiet;
  const char *document_ids, *query_ids, *out, *threads;
  struct limen_texts words, sets;
};

/* The command line that gives the same numbers again. */
static char *reproduce(const struct audit_options *options, struct limen_error *error) {
  const char *const named[][2] = {{"--doc-ids", options->document_ids},
                                  {"--query-ids", options->query_ids}};
  struct limen_text line = {0};
  limen_text_add(&line, "limen audit");
  for (size_t i = 0; i < options->words.count; i++) limen_shell_word(&line, options->words.text[i]);
  for (size_t i = 0; i < 2; i++) {
    if (!named[i][1]) continue;
    limen_text_print(&line, " %s", named[i][0]);
    limen_shell_word(&line, named[i][1]);
  }
  if (options->unit) limen_text_add(&line, " --unit");
  for (size_t i = 0; i < options->sets.count; i++) {
    limen_text_add(&line, " --set");
    limen_shell_word(&line, options->sets.text[i]);
  }
  char *copy = limen_text_status(&line, error) == LIMEN_OK
                   ? limen_copy_text(limen_text_string(&line), error)
                   : NULL;
  limen_text_clear(&line);
  return copy;
}

/* The command line as settings of the kind; those of the user come after them and win. */
enum { QRELS = 2, OURS = 6 };
static int settle(const struct audit_options *options, char **owned, struct limen_texts *out,
                  struct limen_error *error) {
  const char *const values[OURS][2] = {{"document_vectors", options->words.text[0]},
                                       {"query_vectors", options->words.text[1]},
                                       {"set", options->words.text[2]},
                                       {"document_ids", options->document_ids},
                                       {"query_ids", options->query_ids},
                                       {"unit", options->unit ? "1" : NULL}};
  const size_t count = OURS + options->sets.count;
  int status = limen_grow(&out->text, &out->capacity, count, sizeof *out->text, error);
  for (size_t i = 0; i < OURS && status == LIMEN_OK; i++) {
    if (!values[i][1]) continue;
    if (i < OURS - 1) status = limen_session_check_path(values[i][1], error);
    /* A file may be called as a set that is made. */
    const char *here = i == QRELS && !strchr(values[i][1], '/') ? "./" : "";
    if (status == LIMEN_OK &&
        !(owned[i] = limen_print(error, "%s=%s%s", values[i][0], here, values[i][1])))
      status = LIMEN_FAILED;
    if (status == LIMEN_OK) out->text[out->count++] = owned[i];
  }
  for (size_t i = 0; i < options->sets.count && status == LIMEN_OK; i++)
    out->text[out->count++] = options->sets.text[i];
  return status;
}

/* A word such as `small` names a set that is made, and would audit other judgements. */
static int expect_files(const struct audit_options *options, struct limen_error *error) {
  static const char *const what[] = {"DOCS", "QUERIES", "QRELS"};
  for (size_t i = 0; i < 3; i++)
    if (!limen_file_exists(options->words.text[i]))
      return LIMEN_FAIL(error, LIMEN_INPUT, "%s: there is no such file (%s)",
                        options->words.text[i], what[i]);
  return LIMEN_OK;
}

static int audit(const struct audit_options *options, struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_texts sets = {0};
  char *owned[OURS] = {0}, *command = NULL;
  int status = expect_files(options, error);
  if (status == LIMEN_OK) status = settle(options, owned, &sets, error);
  if (status == LIMEN_OK)
    status = limen_session_plan_text(&session, "limen audit", definition, &sets, error);
  if (status == LIMEN_OK && !(command = reproduce(options, error))) status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status =
        limen_carry_out(&session, command, &sets, options->out ? options->out : "reports/audit",
                        options->fresh, options->quiet, error);
  limen_session_clear(&session);
  for (size_t i = 0; i < OURS; i++) limen_free(owned[i]);
  limen_texts_clear(&sets);
  limen_free(command);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct audit_options options = {0};
  const struct limen_option table[] = {{"--doc-ids", LIMEN_OPTION_TEXT, &options.document_ids},
                                       {"--query-ids", LIMEN_OPTION_TEXT, &options.query_ids},
                                       {"--unit", LIMEN_OPTION_FLAG, &options.unit},
                                       {"--out", LIMEN_OPTION_TEXT, &options.out},
                                       {"--set", LIMEN_OPTION_TEXTS, &options.sets},
                                       {"--threads", LIMEN_OPTION_TEXT, &options.threads},
                                       {"--fresh", LIMEN_OPTION_FLAG, &options.fresh},
                                       {"--quiet", LIMEN_OPTION_FLAG, &options.quiet},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 3, 3, &options.words, error);
  if (status == LIMEN_OK) status = limen_option_threads(options.threads, error);
  if (status == LIMEN_OK) status = audit(&options, error);
  limen_texts_clear(&options.sets);
  limen_texts_clear(&options.words);
  return status;
}

const struct limen_command limen_command_audit = {
    .name = "audit",
    .about = "where the misses of a model's vectors come from",
    .help =
        "usage: limen audit DOCS QUERIES QRELS [--doc-ids F] [--query-ids F] [--unit] [--out DIR]\n"
        "                   [--set KEY=VALUE]... [--threads N] [--fresh] [--quiet]\n"
        "\n"
        "Splits a model's misses, in this order: geometry (no query vector at all puts the wanted\n"
        "documents on top: proved, with certificates), encoders (a better query exists), then "
        "what\n"
        "arithmetics, fewer dimensions and an index cost, with gains and losses of each.\n"
        "\n"
        "  DOCS, QUERIES    vectors in any format (`limen list formats`)\n"
        "  QRELS            judgements: JSON lines, columns, or TREC's qrels\n"
        "  --doc-ids F      ids of DOCS, one a line; without it rows are 0, 1, ...\n"
        "  --query-ids F    likewise of QUERIES\n"
        "  --unit           scale to unit length, so that scores are cosines\n"
        "  --out DIR        the run folder (default reports/audit)\n"
        "  --set KEY=VALUE  a parameter of the kind (`limen describe audit`)\n"
        "  --threads N      threads (default: all cores); results do not depend on it\n"
        "  --fresh          start over\n"
        "  --quiet          no progress\n"
        "\n"
        "Prints the path of the report; `limen verify DIR` proves its claims again. Example:\n"
        "  limen audit docs.npy queries.npy qrels.tsv --doc-ids docs.txt --query-ids queries.txt\n",
    .run = run,
};
