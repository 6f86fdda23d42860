/* The state of an index of FAISS, and how its library is called: for faiss*.cpp alone, C++. */
#ifndef LIMEN_ENGINES_FAISS_INDEX_H
#define LIMEN_ENGINES_FAISS_INDEX_H

#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

extern "C" {
#include "engines/engine.h"
}
#include "engines/faiss_trace.h"

struct LimenFaiss {
  std::string factory;
  limen_index_settings settings;
  std::unique_ptr<faiss::Index> index;
  faiss::IndexHNSW *hnsw = nullptr; /* `index`, or what it wraps; not owned */
  faiss::IndexIVF *ivf = nullptr;   /* the same */
  std::vector<uint32_t> row;        /* of each vector of the library's */
  /* Of searches. `distances` is there when the index is an HNSW that searches as HNSWs do. */
  std::unique_ptr<LimenDistances> distances;
  std::unique_ptr<faiss::VisitedTable> visited;
  std::vector<float> found_distance;
  std::vector<faiss::Index::idx_t> found_node;
};

/* FAISS's regions are parallel by themselves; how many threads they take belongs to the calling
 * thread, and is given back. Inside a team of ours OpenMP would leave them with one thread, unless
 * a further level is allowed. */
class LimenTeam {
 public:
  explicit LimenTeam(size_t threads)
      : before(omp_get_max_threads()), levels_before(omp_get_max_active_levels()) {
    omp_set_num_threads(static_cast<int>(threads));
    if (threads > 1) omp_set_max_active_levels(std::max(levels_before, omp_get_active_level() + 1));
  }
  ~LimenTeam() {
    omp_set_num_threads(before);
    omp_set_max_active_levels(levels_before);
  }
  LimenTeam(const LimenTeam &) = delete;
  LimenTeam &operator=(const LimenTeam &) = delete;

 private:
  int before, levels_before;
};

/* Calls `work`, which returns a status; what it throws becomes `status`, with the library's words:
 * those behind its own function and line. */
template <typename Work>
int limen_guarded(const char *doing, int status, limen_error *error, Work work) {
  try {
    return work();
  } catch (const std::bad_alloc &) {
    return LIMEN_FAIL(error, LIMEN_FAILED, "%s: out of memory in FAISS", doing);
  } catch (const std::exception &thrown) {
    const char *words = thrown.what(), *line = std::strstr(words, ".cpp:");
    const char *behind = line ? std::strstr(line, ": ") : nullptr;
    return LIMEN_FAIL(error, status, "%s: FAISS says: %.600s", doing, behind ? behind + 2 : words);
  } catch (...) {
    return LIMEN_FAIL(error, status, "%s: FAISS threw something without words", doing);
  }
}

/* Finds the graph or the lists in `index`, and makes what searches need: before rows are added, and
 * after. */
void limen_faiss_prepare(LimenFaiss *state);

/* limen_engine.build. */
int limen_faiss_build(const limen_matrix *base, const std::size_t *order,
                      const limen_index_settings *settings, void **out, limen_error *error);

#endif
