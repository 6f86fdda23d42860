/* The hash of a kind's code: what must change it, and what must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/build_info.h"
#include "base/process.h"
#include "unit/scratch.h"

/* What a build tells the script. */
struct build {
  const char *compiler, *type, *flags;
  const char *cc; /* a program in the scratch folder */
};

static void put_program(const char *name, const char *script) {
  put_file(at(name), script, strlen(script));
  assert_int_equal(chmod(at(name), 0755), 0);
}

/* Runs the script that every build runs, into FOLDER/info.c. */
static int write_info(const struct build *build, struct limen_error *error) {
  char out[300], compiler[300], type[300], flags[300], cc[300];
  *error = (struct limen_error){0};
  snprintf(out, sizeof out, "-DOUT=%s", at("info.c"));
  snprintf(compiler, sizeof compiler, "-DCOMPILER=%s", build->compiler);
  snprintf(type, sizeof type, "-DBUILD_TYPE=%s", build->type);
  snprintf(flags, sizeof flags, "-DFLAGS=%s", build->flags);
  snprintf(cc, sizeof cc, "-DCC=%s", at(build->cc));
  const char *const arguments[] = {"cmake",
                                   out,
                                   "-DROOT=" LIMEN_SOURCE_DIR,
                                   "-DVERSION=1.1",
                                   compiler,
                                   type,
                                   flags,
                                   cc,
                                   "-P",
                                   LIMEN_SOURCE_DIR "/cmake/write_build_info.cmake",
                                   NULL};
  return limen_process_run(arguments, scratch, error);
}

/* The line of critical_n in what was written. */
static void hash_of(const struct build *build, char out[128]) {
  struct limen_error error;
  size_t count = 0;
  if (write_info(build, &error) != LIMEN_OK) fail_msg("%s", error.text);
  char *text = NULL;
  assert_int_equal(limen_file_read(at("info.c"), 1 << 20, &text, &count, &error), LIMEN_OK);
  const char *line = strstr(text, "{\"critical_n\", ");
  assert_non_null(line);
  snprintf(out, 128, "%.*s", (int)strcspn(line, "\n"), line);
  assert_true(strlen(out) > 64);
  limen_free(text);
}

static void test_the_build_counts(void **state) {
  (void)state;
  put_program("old", "#!/bin/sh\necho '#define __SSE2__ 1'\n");
  put_program("new", "#!/bin/sh\necho '#define __SSE2__ 1'\necho '#define __AVX512F__ 1'\n");
  put_program("copy", "#!/bin/sh\necho '#define __SSE2__ 1'\n");
  const struct build first = {"GNU 12.2", "Release", "-O3 -march=native", "old"};
  const struct build others[] = {
      {"GNU 12.2", "Release", "-O3 -march=native", "new"}, /* another processor */
      {"GNU 13.1", "Release", "-O3 -march=native", "old"},
      {"GNU 12.2", "Debug", "-O3 -march=native", "old"},
      {"GNU 12.2", "Release", "-O3", "old"},
  };
  const struct build same = {"GNU 12.2", "Release", "-O3 -march=native", "copy"};
  char wanted[128], hash[128];
  hash_of(&first, wanted);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    hash_of(&others[i], hash);
    assert_string_not_equal(hash, wanted);
  }
  /* Where the compiler lies changes no bit. */
  hash_of(&same, hash);
  assert_string_equal(hash, wanted);
}

/* The compiler is asked with the flags of the build, one argument each. */
static void test_the_compiler_is_asked(void **state) {
  (void)state;
  put_program("cc", "#!/bin/sh\nfor a; do echo \"<$a>\"; done > asked\n");
  const struct build build = {"GNU 12.2", "Release", " -O2 -march=native", "cc"};
  char hash[128];
  hash_of(&build, hash);
  expect_file(at("asked"), "<-O2>\n<-march=native>\n<-dM>\n<-E>\n<-x>\n<c>\n</dev/null>\n");
}

static void test_a_compiler_that_does_not_answer(void **state) {
  (void)state;
  put_program("cc", "#!/bin/sh\necho 'no such option' >&2\nexit 1\n");
  const struct build build = {"GNU 12.2", "Release", "-O2", "cc"};
  struct limen_error error;
  assert_int_equal(write_info(&build, &error), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "does not tell the macros behind"));
  assert_false(limen_file_exists(at("info.c")));
}

static void test_every_kind_has_one(void **state) {
  (void)state;
  size_t count = 0;
  for (; limen_code_hashes[count].kind; count++)
    assert_int_equal(strlen(limen_code_hashes[count].hash), 64);
  assert_true(count > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_the_build_counts),
      TEST(test_the_compiler_is_asked),
      TEST(test_a_compiler_that_does_not_answer),
      TEST(test_every_kind_has_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
