/* The command doctor: prints what limen_checks_run finds, for people and as JSON. */
#include "cli/doctor.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/build_info.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/doctor_sgemm.h"
#include "cli/options.h"

static const char *const level_names[] = {
    [LIMEN_CHECK_OK] = "ok", [LIMEN_CHECK_NOTE] = "note", [LIMEN_CHECK_PROBLEM] = "problem"};

static size_t count_level(const struct limen_checks *checks, enum limen_level level) {
  size_t count = 0;
  for (size_t i = 0; i < checks->count; i++) count += checks->row[i].level == level;
  return count;
}

static void print_page(const struct limen_checks *checks) {
  printf("limen %s on this machine\n\n", limen_version);
  for (size_t i = 0; i < checks->count; i++) {
    const struct limen_check *check = &checks->row[i];
    printf("%-8s %-14s %s\n", level_names[check->level], check->name, check->found);
    if (check->next[0]) printf("%-8s %-14s -> %s\n", "", "", check->next);
  }
  size_t notes = count_level(checks, LIMEN_CHECK_NOTE),
         problems = count_level(checks, LIMEN_CHECK_PROBLEM);
  if (notes + problems == 0)
    printf("\nNothing is missing, and nothing is held back.\n");
  else
    printf("\n%zu to know, %zu to mend; what to do stands behind the arrows.\n", notes, problems);
}

/* ---- as JSON ---- */

static json_t *row_to_json(const struct limen_check *check) {
  return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s?}", "name", check->name, "status",
                   level_names[check->level], "found", check->found, "next", check->next, "value",
                   isfinite(check->value) ? json_real(check->value) : json_null(), "unit",
                   check->unit);
}

static int write_json(const struct limen_checks *checks, const char *path,
                      struct limen_error *error) {
  json_t *rows = json_array();
  for (size_t i = 0; i < checks->count; i++)
    json_array_append_new(rows, row_to_json(&checks->row[i]));
  json_t *root = json_pack("{s:o}", "checks", rows);
  int status = limen_json_write(root, JSON_INDENT(2) | JSON_REAL_PRECISION(6), path, error);
  json_decref(root);
  return status;
}

/* ---- the command ---- */

char *limen_doctor_scratch(struct limen_error *error) {
  const char *where = getenv("TMPDIR");
  char *path = limen_path_join(where && *where ? where : "/tmp", "limen-doctor-XXXXXX", error);
  if (path && !mkdtemp(path)) {
    LIMEN_FAIL(error, LIMEN_FAILED, "cannot make %s: %s", path, strerror(errno));
    limen_free(path);
    path = NULL;
  }
  return path;
}

static int doctor(int count, char **arguments, struct limen_error *error) {
  const char *json_path = NULL, *rate_path = NULL;
  struct limen_texts words = {0};
  const struct limen_option table[] = {
      {"--json", LIMEN_OPTION_TEXT, &json_path}, {"--sgemm", LIMEN_OPTION_TEXT, &rate_path}, {0}};
  int status = limen_options_parse(count, arguments, table, 0, 0, &words, error);
  limen_texts_clear(&words);
  if (status != LIMEN_OK) return status;
  limen_threads_set(0);
  if (rate_path) return limen_sgemm_measure_to(rate_path, error);

  struct limen_checks checks;
  limen_checks_run(&checks);
  print_page(&checks);
  if (json_path) {
    status = write_json(&checks, json_path, error);
    if (status != LIMEN_OK) return status;
  }
  for (size_t i = 0; i < checks.count; i++)
    if (checks.row[i].level == LIMEN_CHECK_PROBLEM)
      return LIMEN_FAIL(error, LIMEN_FAILED, "%s: %s; %s", checks.row[i].name, checks.row[i].found,
                        checks.row[i].next);
  return LIMEN_OK;
}

const struct limen_command limen_command_doctor = {
    .name = "doctor",
    .about = "the machine, the BLAS kernels in use, what is missing, and what to do about each",
    .help =
        "usage: limen doctor [--json FILE]\n"
        "\n"
        "Looks at the machine and at what limen needs on it, and measures how fast it multiplies\n"
        "matrices, with the BLAS kernels in use and with those that could be. Every line is ok, a\n"
        "note (works, could be better) or a problem; an arrow says what to do.\n"
        "\n"
        "  --json FILE   also writes "
        "{\"checks\":[{\"name\",\"status\",\"found\",\"next\",\"value\",\"unit\"}]}\n"
        "\n"
        "Exit status 0, or 4 when there is a problem.\n"
        "\n"
        "Example:\n"
        "  env -u OPENBLAS_CORETYPE limen doctor --json doctor.json\n",
    .run = doctor,
};
