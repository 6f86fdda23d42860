/* The machine's description against second sources: the kernel's own text, the affinity mask that
 * the test sets, and the build file that names the libraries. */
#include <ctype.h>
#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka.h needs the five above it.
#include <cmocka.h>

#include "base/machine.h"
#include "base/memory.h"

/* The next call overwrites the text. */
static char *read_all(const char *path) {
  static char text[1 << 22];
  FILE *stream = fopen(path, "r");
  if (!stream) fail_msg("cannot read %s", path);
  text[fread(text, 1, sizeof text - 1, stream)] = '\0';
  fclose(stream);
  return text;
}

/* The value of the first line that starts with `key`, cut out of `text` in place. */
static char *value_of(char *text, const char *key) {
  char *at = strstr(text, key);
  if (!at) return NULL;
  at = strchr(at, ':') + 1;
  at[strcspn(at, "\n")] = '\0';
  return at + strspn(at, " \t");
}

static void processor_is_the_kernels(void **state) {
  (void)state;
  struct limen_machine machine;
  limen_machine_read(&machine);
  assert_true(strlen(machine.cpu) > 0);
  char *info = read_all("/proc/cpuinfo");
  char *name = value_of(info, "model name");
  if (name) assert_memory_equal(machine.cpu, name, strlen(machine.cpu));

  info = read_all("/proc/cpuinfo");
  char *flags = value_of(info, "\nflags");
  if (flags) {
    assert_int_equal(machine.avx2, strstr(flags, " avx2") != NULL);
    assert_int_equal(machine.avx512, strstr(flags, " avx512f") && strstr(flags, " avx512bw") &&
                                         strstr(flags, " avx512dq") && strstr(flags, " avx512vl") &&
                                         strstr(flags, " avx512cd"));
  }
}

static void cores_follow_the_affinity_mask(void **state) {
  (void)state;
  cpu_set_t before, one;
  struct limen_machine machine;
  if (sched_getaffinity(0, sizeof before, &before) != 0) skip();
  limen_machine_read(&machine);
  assert_int_equal(machine.cores, CPU_COUNT(&before));

  size_t first = 0;
  while (!CPU_ISSET(first, &before)) first++;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
  limen_machine_read(&machine);
  assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
  assert_int_equal(machine.cores, 1);
}

static void memory_and_system_are_the_kernels(void **state) {
  (void)state;
  struct limen_machine machine;
  limen_machine_read(&machine);
  char *info = read_all("/proc/meminfo");
  double total_bytes = 1024 * atof(value_of(info, "MemTotal"));
  assert_true(fabs(machine.memory_bytes - total_bytes) <= 0.01 * total_bytes);

  char *release = read_all("/proc/sys/kernel/osrelease");
  release[strcspn(release, "\n")] = '\0';
  assert_memory_equal(machine.system, "Linux ", 6);
  assert_non_null(strstr(machine.system, release));
}

static void blas_names_itself_and_what_forces_it(void **state) {
  (void)state;
  struct limen_machine machine;
  const char *before = getenv("OPENBLAS_CORETYPE");
  char *kept = limen_copy_text(before, NULL);
  limen_machine_read(&machine);
  assert_memory_equal(machine.blas, "OpenBLAS ", 9);
  assert_true(strlen(machine.blas_kernel) > 0);
  assert_string_equal(machine.blas_forced, kept ? kept : "");

  setenv("OPENBLAS_CORETYPE", " Sandybridge ", 1); /* too late to change the kernels in use */
  struct limen_machine forced;
  limen_machine_read(&forced);
  assert_string_equal(forced.blas_forced, "Sandybridge");
  assert_string_equal(forced.blas_kernel, machine.blas_kernel);

  unsetenv("OPENBLAS_CORETYPE");
  limen_machine_read(&machine);
  assert_string_equal(machine.blas_forced, "");
  if (kept) setenv("OPENBLAS_CORETYPE", kept, 1);
  limen_free(kept);
}

static const struct limen_library *find(const char *name) {
  const struct limen_library *library;
  for (size_t i = 0; (library = limen_machine_library(i)); i++)
    if (strcmp(library->name, name) == 0) return library;
  return NULL;
}

static void libraries_have_distinct_names_and_versions(void **state) {
  (void)state;
  size_t count = 0;
  const struct limen_library *library;
  while ((library = limen_machine_library(count))) {
    assert_ptr_equal(find(library->name), library); /* the first of its name is itself */
    assert_true(isdigit((unsigned char)library->version[0]));
    assert_non_null(strchr(library->version, '.'));
    count++;
  }
  assert_true(count > 0);
  assert_null(limen_machine_library(count + 7));
  assert_null(limen_machine_library(SIZE_MAX));

  struct limen_machine machine;
  limen_machine_read(&machine);
  assert_non_null(strstr(machine.blas, find("openblas")->version));
}

/* Whoever links another library meets this test, and adds it to machine.c. */
static void every_library_of_the_build_is_listed(void **state) {
  (void)state;
  static const struct {
    const char *module, *library;
  } names[] = {{"yaml-0.1", "libyaml"}, {"sqlite3", "sqlite"}, {"libcrypto", "openssl"}};
  char *text = read_all(LIMEN_SOURCE_DIR "/CMakeLists.txt");
  int seen = 0;
  for (char *at = text; (at = strstr(at, "pkg_check_modules(")); at++) {
    char module[64];
    if (sscanf(at, "pkg_check_modules(%*s REQUIRED IMPORTED_TARGET %63[^) ]", module) != 1)
      continue;
    const char *library = module;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
      if (strcmp(module, names[i].module) == 0) library = names[i].library;
    if (!find(library))
      fail_msg("CMakeLists.txt links %s; limen_machine_library does not list it", module);
    seen++;
  }
  assert_true(seen >= 6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(processor_is_the_kernels),
      cmocka_unit_test(cores_follow_the_affinity_mask),
      cmocka_unit_test(memory_and_system_are_the_kernels),
      cmocka_unit_test(blas_names_itself_and_what_forces_it),
      cmocka_unit_test(libraries_have_distinct_names_and_versions),
      cmocka_unit_test(every_library_of_the_build_is_listed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
