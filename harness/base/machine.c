/* Asks the kernel, the processor and each library. Nothing here can fail: what a system does not
 * tell stays "unknown", zero or empty, and a manifest shows that as it is. */
#include "base/machine.h"

#include <cblas.h>
#include <gmp.h>
#include <gnu/libc-version.h>
#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <yaml.h>
#include <zlib.h>

/* Copies without surrounding blanks; a longer text is cut. */
static void copy_trimmed(char *out, size_t size, const char *text) {
  text += strspn(text, " \t");
  size_t length = strcspn(text, "\n");
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  if (length > size - 1) length = size - 1;
  memcpy(out, text, length);
  out[length] = '\0';
}

/* x86 says "model name"; ARM boards say "Model", POWER says "cpu", and some say none of them. */
static void read_cpu(char *out, size_t size) {
  static const char *const keys[] = {"model name", "Model", "cpu"};
  snprintf(out, size, "unknown");
  FILE *stream = fopen("/proc/cpuinfo", "r");
  if (!stream) return;
  char line[1024];
  size_t best = sizeof keys / sizeof keys[0];
  while (best > 0 && fgets(line, sizeof line, stream)) {
    char *colon = strchr(line, ':');
    if (!colon) continue;
    char key[64];
    *colon = '\0';
    copy_trimmed(key, sizeof key, line);
    for (size_t i = 0; i < best; i++) {
      if (strcmp(key, keys[i]) != 0 || colon[1 + strspn(colon + 1, " \t")] == '\n') continue;
      copy_trimmed(out, size, colon + 1);
      best = i;
    }
  }
  fclose(stream);
}

/* The affinity mask is what a container or taskset leaves of the machine. It does not fit into
 * cpu_set_t on machines with more than 1024 cores; the count of all cores must do there. */
static int count_cores(void) {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) == 0 && CPU_COUNT(&usable) > 0)
    return CPU_COUNT(&usable);
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

static void read_vectors(struct limen_machine *out) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_cpu_init();
  out->avx2 = __builtin_cpu_supports("avx2") != 0;
  /* What the AVX-512 kernels of OpenBLAS use; the foundation alone is not enough for them. */
  out->avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("avx512cd");
#else
  (void)out;
#endif
}

void limen_machine_read(struct limen_machine *out) {
  *out = (struct limen_machine){0};
  read_cpu(out->cpu, sizeof out->cpu);
  out->cores = count_cores();
  long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0) out->memory_bytes = (double)pages * (double)page;

  struct utsname name;
  if (uname(&name) == 0)
    snprintf(out->system, sizeof out->system, "%.24s %.72s %.24s", name.sysname, name.release,
             name.machine);
  else
    snprintf(out->system, sizeof out->system, "unknown");

  copy_trimmed(out->blas, sizeof out->blas, openblas_get_config());
  copy_trimmed(out->blas_kernel, sizeof out->blas_kernel, openblas_get_corename());
  const char *forced = getenv("OPENBLAS_CORETYPE");
  copy_trimmed(out->blas_forced, sizeof out->blas_forced, forced ? forced : "");
  read_vectors(out);
}

/* ---- libraries ---- */

enum { LIBRARIES = 10 };
static struct limen_library libraries[LIBRARIES];
static pthread_once_t libraries_once = PTHREAD_ONCE_INIT;

/* Versions are those of the shared objects that were loaded, not of the headers that were compiled
 * against: an upgrade of the system changes the former alone. */
static void read_libraries(void) {
  static char openblas[32], hdf5[32];
  unsigned major = 0, minor = 0, release = 0;
  /* "OpenBLAS 0.3.21 NO_LAPACKE ...": the second word. */
  const char *config = openblas_get_config(), *blank = strchr(config, ' ');
  if (blank)
    snprintf(openblas, sizeof openblas, "%.*s", (int)strcspn(blank + 1, " "), blank + 1);
  else
    snprintf(openblas, sizeof openblas, "unknown");

  H5get_libversion(&major, &minor, &release);
  snprintf(hdf5, sizeof hdf5, "%u.%u.%u", major, minor, release);

  const struct limen_library found[LIBRARIES] = {
      {"gsl", gsl_version},
      {"openblas", openblas},
      {"libyaml", yaml_get_version_string()},
      {"jansson", jansson_version_str()},
      {"sqlite", sqlite3_libversion()},
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"zlib", zlibVersion()},
      {"hdf5", hdf5},
      {"gmp", gmp_version},
      /* Its exp and log are in every loss, so it belongs to what a number depends on. */
      {"glibc", gnu_get_libc_version()},
  };
  memcpy(libraries, found, sizeof found);
}

const struct limen_library *limen_machine_library(size_t i) {
  pthread_once(&libraries_once, read_libraries);
  return i < LIBRARIES ? &libraries[i] : NULL;
}
