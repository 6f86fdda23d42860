#include "base/threads.h"

#include <cblas.h>
#include <omp.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static int team = 1;
static atomic_bool raised_flag;

void limen_threads_set(int threads) {
  team = threads > 0 ? threads : omp_get_num_procs();
  omp_set_num_threads(team);
  omp_set_dynamic(0);
  openblas_set_num_threads(1);
}

int limen_threads(void) { return team; }

static void on_signal(int signal_number) {
  if (atomic_exchange(&raised_flag, true)) _exit(128 + signal_number);
}

void limen_interrupt_install(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  /* A closed pipe and a file beyond the limit of `ulimit -f` show as write errors. */
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

bool limen_interrupted(void) { return atomic_load_explicit(&raised_flag, memory_order_relaxed); }

void limen_interrupt_set(bool raised) { atomic_store(&raised_flag, raised); }
