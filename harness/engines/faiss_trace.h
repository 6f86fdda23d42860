/* What a search of FAISS did: for faiss.cpp alone, C++. */
#ifndef LIMEN_ENGINES_FAISS_TRACE_H
#define LIMEN_ENGINES_FAISS_TRACE_H

#include <faiss/IndexHNSW.h>

#include <cstddef>
#include <cstdint>
#include <vector>

/* Evaluates distances for faiss::HNSW, which wants the smallest to be the nearest: similarities are
 * negated. What it evaluated is written down while `kept` is there. */
class LimenDistances final : public faiss::DistanceComputer {
 public:
  struct Evaluated {
    std::int64_t node;
    float distance;
  };
  std::vector<Evaluated> *kept = nullptr;

  explicit LimenDistances(const faiss::Index &storage);
  ~LimenDistances() override;
  LimenDistances(const LimenDistances &) = delete;
  LimenDistances &operator=(const LimenDistances &) = delete;

  void set_query(const float *query) override;
  float operator()(idx_t node) override;
  float symmetric_dis(idx_t a, idx_t b) override;

 private:
  faiss::DistanceComputer *inner;
  float sign;
};

struct LimenWalk {
  std::size_t hops;                 /* nodes whose links were followed, on all levels */
  std::vector<std::int64_t> ground; /* the nodes that came up on level 0 */
};

/* What faiss::HNSW::search did with the distances it asked for, which is what it has no counters
 * for. The search is walked again, with those distances and without the vectors; where it asks for
 * another distance than the library did, and at the end, the two are compared: false when they
 * disagree, which a version of FAISS that searches in another way would bring about. */
bool limen_faiss_walk(const faiss::HNSW &hnsw,
                      const std::vector<LimenDistances::Evaluated> &evaluated, std::size_t ef,
                      LimenWalk *out);

#endif
