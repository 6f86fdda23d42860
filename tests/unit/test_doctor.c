/* The doctor on this machine and on one that it is told worse things about: no gnuplot, a folder
 * that cannot be written, kernels that are held back. What is measured is never compared with a
 * number: only whose rate it is, and what follows from it. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/build_info.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/doctor.h"
#include "cli/doctor_sgemm.h"

extern const struct limen_command limen_command_doctor;

static char folder[] = "/tmp/limen-test-doctor-XXXXXX", json_path[64];

static int run(struct limen_error *error, int count, ...) {
  char *arguments[8] = {(char[]){"doctor"}};
  va_list words;
  va_start(words, count);
  for (int i = 1; i <= count; i++) arguments[i] = va_arg(words, char *);
  va_end(words);
  *error = (struct limen_error){0};
  return limen_command_doctor.run(count + 1, arguments, error);
}

static json_t *load_rows(json_t **root) {
  *root = json_load_file(json_path, 0, NULL);
  json_t *rows = json_object_get(*root, "checks");
  assert_true(json_is_array(rows));
  return rows;
}

static json_t *row(json_t *rows, const char *name) {
  size_t i;
  json_t *at;
  json_array_foreach(
      rows, i, at) if (strcmp(json_string_value(json_object_get(at, "name")), name) == 0) return at;
  fail_msg("no row \"%s\"", name);
  return NULL;
}

static const char *text(json_t *at, const char *key) {
  const char *value = json_string_value(json_object_get(at, key));
  assert_non_null(value);
  return value;
}

static const struct limen_check *find(const struct limen_checks *checks, const char *name) {
  for (size_t i = 0; i < checks->count; i++)
    if (strcmp(checks->row[i].name, name) == 0) return &checks->row[i];
  fail_msg("no row \"%s\"", name);
  return NULL;
}

static void json_has_a_row_for_each_look(void **state) {
  (void)state;
  struct limen_error error;
  char json[] = "--json";
  assert_int_equal(run(&error, 2, json, json_path), LIMEN_OK);
  json_t *root, *rows = load_rows(&root), *at;
  size_t i;
  json_array_foreach(rows, i, at) {
    const char *status = text(at, "status");
    assert_true(strlen(text(at, "found")) > 0);
    if (strcmp(status, "ok") == 0)
      assert_string_equal(text(at, "next"), "");
    else
      assert_true(strcmp(status, "note") == 0 && strlen(text(at, "next")) > 0);
    assert_ptr_equal(row(rows, text(at, "name")), at); /* no name twice */
    assert_int_equal(json_is_null(json_object_get(at, "value")),
                     json_is_null(json_object_get(at, "unit")));
  }
  struct limen_machine machine;
  limen_machine_read(&machine);
  assert_non_null(strstr(text(row(rows, "build"), "found"), limen_version));
  assert_non_null(strstr(text(row(rows, "processor"), "found"), machine.cpu));
  assert_true(json_real_value(json_object_get(row(rows, "cores"), "value")) == machine.cores);
  assert_true(json_real_value(json_object_get(row(rows, "sgemm"), "value")) > 0);
  assert_non_null(strstr(text(row(rows, "sgemm"), "found"), "256 x 1024 x 128"));
  assert_memory_equal(text(row(rows, "BLAS kernels"), "found"), machine.blas_kernel,
                      strlen(machine.blas_kernel));
  const struct limen_library *library;
  for (i = 0; (library = limen_machine_library(i)); i++) {
    const char *listed = strstr(text(row(rows, "libraries"), "found"), library->name);
    assert_non_null(listed);
    assert_memory_equal(listed + strlen(library->name) + 1, library->version,
                        strlen(library->version));
  }
  json_decref(root);
}

static void missing_gnuplot_is_a_problem(void **state) {
  (void)state;
  char *path = limen_copy_text(getenv("PATH"), NULL);
  struct limen_error error;
  setenv("PATH", folder, 1);
  setenv("LIMEN_DOCTOR_CHILD", "1", 1); /* no other kernels here: this is about gnuplot */
  char json[] = "--json";
  int status = run(&error, 2, json, json_path);
  setenv("PATH", path, 1);
  unsetenv("LIMEN_DOCTOR_CHILD");
  limen_free(path);
  assert_int_equal(status, LIMEN_FAILED);
  assert_non_null(strstr(error.text, "gnuplot: plots cannot be drawn: cannot start gnuplot"));
  assert_non_null(strstr(error.text, "apt-get install gnuplot-nox"));
  json_t *root, *rows = load_rows(&root); /* the page and the file are complete all the same */
  assert_string_equal(text(row(rows, "gnuplot"), "status"), "problem");
  assert_string_equal(text(row(rows, "git"), "status"), "note"); /* one command is without it */
  assert_non_null(strstr(text(row(rows, "git"), "found"), "cannot start git"));
  assert_string_not_equal(text(row(rows, "disk"), "status"), "problem");
  json_decref(root);
}

static void folder_that_cannot_be_written_is_a_problem(void **state) {
  (void)state;
  char *back = getcwd(NULL, 0);
  setenv("LIMEN_DOCTOR_CHILD", "1", 1);
  struct limen_checks checks;
  assert_int_equal(chdir(folder), 0);
  limen_checks_run(&checks);
  assert_int_equal(find(&checks, "reports")->level, LIMEN_CHECK_OK);
  assert_string_equal(find(&checks, "reports")->found, "./reports is made by the first run");

  bool root = geteuid() == 0; /* whom no mode keeps out */
  assert_int_equal(chmod(folder, 0555), 0);
  if (root) assert_int_equal(seteuid(65534), 0);
  limen_checks_run(&checks);
  if (root) assert_int_equal(seteuid(0), 0);
  assert_int_equal(chmod(folder, 0755), 0);
  assert_int_equal(find(&checks, "reports")->level, LIMEN_CHECK_PROBLEM);
  assert_string_equal(find(&checks, "reports")->found,
                      "./reports cannot be made: Permission denied");
  assert_non_null(strstr(find(&checks, "reports")->next, "--out"));

  assert_int_equal(mkdir("reports", 0755), 0);
  limen_checks_run(&checks);
  assert_string_equal(find(&checks, "reports")->found, "./reports can be written");
  assert_int_equal(rmdir("reports"), 0);
  unsetenv("LIMEN_DOCTOR_CHILD");
  assert_int_equal(chdir(back), 0);
  free(back);
}

/* Prescott's are the plainest kernels for x86; every build of OpenBLAS for many processors has
 * them, and a processor with AVX2 would not be given them by itself. */
static void kernels_of_another_process_are_told_apart(void **state) {
  (void)state;
  struct limen_machine machine;
  struct limen_sgemm_rate rate;
  struct limen_error error = {0};
  limen_machine_read(&machine);
  if (!machine.avx2 || !strstr(machine.blas, "DYNAMIC_ARCH")) skip();
  const char *before = getenv("OPENBLAS_CORETYPE"), *cache = getenv("OPENBLAS_L2_SIZE");
  char *kept = limen_copy_text(before, NULL), *kept_cache = limen_copy_text(cache, NULL);

  setenv("OPENBLAS_CORETYPE", "Prescott", 1);
  setenv("OPENBLAS_L2_SIZE", "512", 1);
  assert_int_equal(limen_sgemm_measure_as(NULL, &rate, &error), LIMEN_OK);
  assert_string_not_equal(rate.kernel, "Prescott");
  assert_true(rate.lowest > 0 && rate.lowest <= rate.median && rate.median <= rate.highest);
  assert_string_equal(getenv("OPENBLAS_CORETYPE"), "Prescott");
  assert_string_equal(getenv("OPENBLAS_L2_SIZE"), "512");
  assert_null(getenv("LIMEN_DOCTOR_CHILD"));
  assert_int_equal(limen_sgemm_measure_as("Nehalem", &rate, &error), LIMEN_OK);
  assert_string_equal(rate.kernel, "Nehalem");

  /* A doctor that was started with them says whose fault they are. */
  const char *arguments[] = {"/proc/self/exe", "doctor", "--json", json_path, NULL};
  assert_int_equal(limen_process_run(arguments, NULL, &error), LIMEN_OK);
  json_t *root, *at = row(load_rows(&root), "BLAS kernels");
  static const char start[] = "Prescott, OPENBLAS_CORETYPE=Prescott, OPENBLAS_L2_SIZE is set";
  assert_memory_equal(text(at, "found"), start, sizeof start - 1);
  if (strcmp(text(at, "status"), "note") == 0) {
    assert_string_equal(text(at, "next"), "unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE");
    assert_true(json_real_value(json_object_get(at, "value")) > 1.1);
  }
  json_decref(root);

  unsetenv("OPENBLAS_CORETYPE");
  unsetenv("OPENBLAS_L2_SIZE");
  if (kept) setenv("OPENBLAS_CORETYPE", kept, 1);
  if (kept_cache) setenv("OPENBLAS_L2_SIZE", kept_cache, 1);
  limen_free(kept);
  limen_free(kept_cache);
}

static void measuring_process_starts_no_other(void **state) {
  (void)state;
  struct limen_sgemm_rate rate;
  struct limen_error error = {0};
  setenv("LIMEN_DOCTOR_CHILD", "1", 1);
  assert_int_equal(limen_sgemm_measure_as(NULL, &rate, &error), LIMEN_FAILED);
  unsetenv("LIMEN_DOCTOR_CHILD");
  assert_string_equal(error.text, "a measuring process starts no other");
}

static void command_line_errors_name_the_option(void **state) {
  (void)state;
  struct limen_error error;
  char json[] = "--json", other[] = "--jsno", path[] = "/nonexistent/doctor.json";
  assert_int_equal(run(&error, 1, other), LIMEN_USAGE);
  assert_string_equal(
      error.text, "limen doctor: unknown option --jsno; valid ones are --json, --sgemm, --help");
  assert_int_equal(run(&error, 1, json), LIMEN_USAGE);
  assert_string_equal(error.text, "limen doctor: --json needs a value; see `limen doctor --help`");
  assert_int_equal(run(&error, 2, json, path), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "cannot write /nonexistent/doctor.json"));
}

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  snprintf(json_path, sizeof json_path, "%s.json", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  unlink(json_path);
  return limen_folder_remove(folder, NULL);
}

int main(int count, char **arguments) {
  /* The doctor measures other kernels in a new process of the program it is part of: this one. */
  if (count > 1 && strcmp(arguments[1], "doctor") == 0) {
    struct limen_error error = {0};
    return limen_command_doctor.run(count - 1, arguments + 1, &error);
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json_has_a_row_for_each_look),
      cmocka_unit_test(missing_gnuplot_is_a_problem),
      cmocka_unit_test(folder_that_cannot_be_written_is_a_problem),
      cmocka_unit_test(kernels_of_another_process_are_told_apart),
      cmocka_unit_test(measuring_process_starts_no_other),
      cmocka_unit_test(command_line_errors_name_the_option),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
