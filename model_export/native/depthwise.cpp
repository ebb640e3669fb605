// The parts of a MobileNetV2 block that are bound by memory, not arithmetic: 3x3 depthwise convolutions between two ReLU6,
// forward and backward, over NHWC maps in bfloat16 with float32 sums. Needs AVX-512. Channels are a multiple of 16.

#include <immintrin.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

using bf16 = uint16_t;
constexpr int LANES = 32;  // channels looked at together: one cache line of bfloat16

// A pair of registers: the even channels and the odd ones. Splitting that way needs no shuffling.
struct Pair {
  __m512 even, odd;
};

const __m512i HIGH = _mm512_set1_epi32(int(0xFFFF0000u));
const __m512i HALF = _mm512_set1_epi32(0x8000);

inline Pair split(__m512i packed) {
  return {_mm512_castsi512_ps(_mm512_slli_epi32(packed, 16)), _mm512_castsi512_ps(_mm512_and_si512(packed, HIGH))};
}

inline __m512i join(Pair v) {
  __m512i even = _mm512_srli_epi32(_mm512_add_epi32(_mm512_castps_si512(v.even), HALF), 16);
  __m512i odd = _mm512_and_si512(_mm512_add_epi32(_mm512_castps_si512(v.odd), HALF), HIGH);
  return _mm512_or_si512(even, odd);
}

inline Pair zero() { return {_mm512_setzero_ps(), _mm512_setzero_ps()}; }
inline Pair load(const bf16* at) { return split(_mm512_loadu_si512(at)); }
inline void store(bf16* at, Pair v) { _mm512_storeu_si512(at, join(v)); }
inline Pair load(const bf16* at, __mmask32 m) { return split(_mm512_maskz_loadu_epi16(m, at)); }
inline void store(bf16* at, __mmask32 m, Pair v) { _mm512_mask_storeu_epi16(at, m, join(v)); }

inline Pair add(Pair a, Pair b) { return {_mm512_add_ps(a.even, b.even), _mm512_add_ps(a.odd, b.odd)}; }
inline Pair fma(Pair a, Pair b, Pair c) {
  return {_mm512_fmadd_ps(a.even, b.even, c.even), _mm512_fmadd_ps(a.odd, b.odd, c.odd)};
}

inline __m512 relu6(__m512 v) { return _mm512_min_ps(_mm512_max_ps(v, _mm512_setzero_ps()), _mm512_set1_ps(6.f)); }
inline Pair relu6(Pair v) { return {relu6(v.even), relu6(v.odd)}; }

inline __m512 where_open(__m512 activation, __m512 v) {
  __mmask16 open = _mm512_cmp_ps_mask(activation, _mm512_setzero_ps(), _CMP_GT_OQ);
  return _mm512_maskz_mov_ps(_mm512_mask_cmp_ps_mask(open, activation, _mm512_set1_ps(6.f), _CMP_LT_OQ), v);
}
inline Pair where_open(Pair activation, Pair v) {
  return {where_open(activation.even, v.even), where_open(activation.odd, v.odd)};
}

// The steps that int8 will leave of an activation; none while the step is zero.
struct Grid {
  float step, per;
  explicit Grid(float s) : step(s), per(s > 0 ? 1 / s : 0) {}
  __m512 operator()(__m512 v) const {
    const __m512 steps = _mm512_mul_ps(v, _mm512_set1_ps(per));
    return _mm512_mul_ps(_mm512_roundscale_ps(steps, _MM_FROUND_TO_NEAREST_INT), _mm512_set1_ps(step));
  }
  Pair operator()(Pair v) const { return step > 0 ? Pair{(*this)(v.even), (*this)(v.odd)} : v; }
};

const __m512i EVEN = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
const __m512i ODD = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
const __m512i FIRST = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
const __m512i SECOND = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);

inline Pair load_row(const float* at, int channels) {
  __m512 a = _mm512_loadu_ps(at), b = channels > 16 ? _mm512_loadu_ps(at + 16) : _mm512_setzero_ps();
  return {_mm512_permutex2var_ps(a, EVEN, b), _mm512_permutex2var_ps(a, ODD, b)};
}

inline void add_row(float* at, int channels, Pair v) {
  __m512 a = _mm512_permutex2var_ps(v.even, FIRST, v.odd), b = _mm512_permutex2var_ps(v.even, SECOND, v.odd);
  _mm512_storeu_ps(at, _mm512_add_ps(_mm512_loadu_ps(at), a));
  if (channels > 16) _mm512_storeu_ps(at + 16, _mm512_add_ps(_mm512_loadu_ps(at + 16), b));
}

// 32 channels of one picture with a border of zeros, packed so that they stay in the nearest cache.
struct Tile {
  int height, width, row;
  std::vector<bf16> values;
  Tile(int h, int w) : height(h), width(w), row((w + 2) * LANES), values(size_t(h + 2) * (w + 2) * LANES) {}
  bf16* at(int y, int x) { return values.data() + size_t(y + 1) * row + (x + 1) * LANES; }
};

// U results of a row at once: each value that is read serves three of them.
template <int U>
inline void convolve(const bf16* from, int row, const Pair* weights, Pair* sums) {
  for (int ky = 0; ky < 3; ++ky) {
    const bf16* line = from + ky * row;
    const Pair w0 = weights[3 * ky], w1 = weights[3 * ky + 1], w2 = weights[3 * ky + 2];
#pragma GCC unroll 12
    for (int x = 0; x < U + 2; ++x) {
      Pair v = load(line + x * LANES);
      if (x < U) sums[x] = fma(v, w0, sums[x]);
      if (x >= 1 && x <= U) sums[x - 1] = fma(v, w1, sums[x - 1]);
      if (x >= 2) sums[x - 2] = fma(v, w2, sums[x - 2]);
    }
  }
}

template <int U, class Finish>
void convolve_map(Tile& from, const Pair* weights, Pair start, Finish finish) {
  for (int y = 0; y < from.height; ++y)
    for (int x = 0; x < from.width; x += U) {
      Pair sums[U];
#pragma GCC unroll 8
      for (int u = 0; u < U; ++u) sums[u] = start;
      convolve<U>(from.at(y - 1, x - 1), from.row, weights, sums);
#pragma GCC unroll 8
      for (int u = 0; u < U; ++u) finish(y, x + u, sums[u]);
    }
}

template <class Finish>
void convolve_all(Tile& from, const Pair* weights, Pair start, Finish finish) {
  if (from.width % 7 == 0) return convolve_map<7>(from, weights, start, finish);
  if (from.width % 6 == 0) return convolve_map<6>(from, weights, start, finish);
  if (from.width % 5 == 0) return convolve_map<5>(from, weights, start, finish);
  if (from.width % 4 == 0) return convolve_map<4>(from, weights, start, finish);
  convolve_map<1>(from, weights, start, finish);
}

void activate(Tile& tile, const bf16* map, Pair bias, int channels, __mmask32 m, Grid grid) {
  for (int y = 0; y < tile.height; ++y)
    for (int x = 0; x < tile.width; ++x)
      store(tile.at(y, x), grid(relu6(add(load(map + (size_t(y) * tile.width + x) * channels, m), bias))));
}

// The gradient of 3x3 weights at stride 1: three columns of the gradient are kept while one of the map passes.
void weigh(Tile& seen, Tile& gradient, Pair* sums) {
  for (int ky = 0; ky < 3; ++ky) {
    Pair s0 = sums[3 * ky], s1 = sums[3 * ky + 1], s2 = sums[3 * ky + 2];
    for (int y = 0; y < seen.height; ++y) {
      const bf16 *r = seen.at(y + ky - 1, 0), *g = gradient.at(y, 0);
      Pair before = load(g - LANES), now = load(g);
      for (int x = 0; x < seen.width; ++x) {
        Pair after = load(g + (x + 1) * LANES), v = load(r + x * LANES);
        s0 = fma(v, after, s0), s1 = fma(v, now, s1), s2 = fma(v, before, s2);
        before = now, now = after;
      }
    }
    sums[3 * ky] = s0, sums[3 * ky + 1] = s1, sums[3 * ky + 2] = s2;
  }
}

void weigh_halved(Tile& seen, Tile& gradient, Pair* sums) {
  for (int ky = 0; ky < 3; ++ky) {
    Pair s0 = sums[3 * ky], s1 = sums[3 * ky + 1], s2 = sums[3 * ky + 2];
    for (int y = 0; y < gradient.height; ++y) {
      const bf16* r = seen.at(2 * y + ky, 0);
      for (int x = 0; x < gradient.width; ++x, r += 2 * LANES) {
        Pair g = load(gradient.at(y, x));
        s0 = fma(load(r), g, s0), s1 = fma(load(r + LANES), g, s1), s2 = fma(load(r + 2 * LANES), g, s2);
      }
    }
    sums[3 * ky] = s0, sums[3 * ky + 1] = s1, sums[3 * ky + 2] = s2;
  }
}

// Each place of the gradient and its neighbours above and to the left make four places of the larger map.
template <class Finish>
void spread(Tile& gradient, const Pair* w, Finish finish) {
  for (int y = 0; y < gradient.height; ++y)
    for (int x = 0; x < gradient.width; ++x) {
      Pair here = load(gradient.at(y, x)), left = load(gradient.at(y, x - 1));
      Pair above = load(gradient.at(y - 1, x)), corner = load(gradient.at(y - 1, x - 1));
      finish(2 * y, 2 * x, fma(here, w[0], fma(left, w[2], fma(above, w[6], fma(corner, w[8], zero())))));
      finish(2 * y, 2 * x + 1, fma(here, w[1], fma(above, w[7], zero())));
      finish(2 * y + 1, 2 * x, fma(here, w[3], fma(left, w[5], zero())));
      finish(2 * y + 1, 2 * x + 1, fma(here, w[4], zero()));
    }
}

}  // namespace

extern "C" {

// The first two convolutions in float32: 3x3 at stride 2 from raw RGB to 32 channels, ReLU6, 3x3 depthwise, ReLU6. Their
// filters look at small differences between bright neighbours, which bfloat16 would swallow. The side is a multiple of 8.
void look(const uint8_t* pictures, const float* weights, const float* bias, const float* deep, const float* deep_bias,
          float* out, int number, int side, float step) {
  const Grid grid(step);
  const int half = side / 2, row = 3 * side, wide = (half + 2) * LANES;
  std::vector<float> lines(3 * size_t(row + 3)), seen(size_t(half + 2) * wide);
  Pair w[27], d[9];
  for (int k = 0; k < 27; ++k) w[k] = load_row(weights + k * LANES, LANES);
  for (int k = 0; k < 9; ++k) d[k] = load_row(deep + k * LANES, LANES);
  const Pair start = load_row(bias, LANES), deep_start = load_row(deep_bias, LANES);
  for (int n = 0; n < number; ++n) {
    for (int y = 0; y < half; ++y) {
      for (int ky = 0; ky < 3; ++ky) {
        float* line = &lines[size_t(ky) * (row + 3)];
        const uint8_t* from = pictures + (size_t(n) * side + 2 * y + ky) * row;
        if (2 * y + ky < side)
          for (int i = 0; i < row; ++i) line[i] = from[i] / 127.5f - 1.f;
        else
          std::fill(line, line + row, 0.f);
      }
      for (int x = 0; x < half; x += 4) {
        Pair sums[4] = {start, start, start, start};
        for (int ky = 0; ky < 3; ++ky)
          for (int i = 0; i < 9; ++i)
            for (int u = 0; u < 4; ++u) {
              const __m512 v = _mm512_set1_ps(lines[size_t(ky) * (row + 3) + 6 * (x + u) + i]);
              sums[u] = fma({v, v}, w[9 * ky + i], sums[u]);
            }
        for (int u = 0; u < 4; ++u) {
          float* to = &seen[size_t(y + 1) * wide + (x + u + 1) * LANES];
          const Pair v = grid(relu6(sums[u]));
          _mm512_storeu_ps(to, v.even);
          _mm512_storeu_ps(to + 16, v.odd);
        }
      }
    }
    for (int y = 0; y < half; ++y)
      for (int x = 0; x < half; x += 4) {
        Pair sums[4] = {deep_start, deep_start, deep_start, deep_start};
        for (int ky = 0; ky < 3; ++ky)
          for (int kx = 0; kx < 3; ++kx)
            for (int u = 0; u < 4; ++u) {
              const float* from = &seen[size_t(y + ky) * wide + (x + u + kx) * LANES];
              sums[u] = fma({_mm512_loadu_ps(from), _mm512_loadu_ps(from + 16)}, d[3 * ky + kx], sums[u]);
            }
        for (int u = 0; u < 4; ++u) {
          float* to = out + ((size_t(n) * half + y) * half + x + u) * LANES;
          const Pair v = grid(relu6(sums[u]));
          _mm512_storeu_ps(to, _mm512_permutex2var_ps(v.even, FIRST, v.odd));
          _mm512_storeu_ps(to + 16, _mm512_permutex2var_ps(v.even, SECOND, v.odd));
        }
      }
  }
}

// out = relu6(depthwise(relu6(map + inner)) + outer); stride 2 pads below and to the right, as Keras does.
void depthwise(const bf16* map, const float* inner, const float* weights, const float* outer, bf16* out, int pictures,
               int height, int width, int channels, int stride, float step) {
  const int high = height / stride, wide = width / stride;
  const Grid grid(step);
  Tile tile(height, width);
  for (int n = 0; n < pictures; ++n)
    for (int c = 0; c < channels; c += LANES) {
      const int count = std::min(LANES, channels - c);
      const __mmask32 m = count == LANES ? ~0u : (1u << count) - 1;
      Pair w[9];
      for (int k = 0; k < 9; ++k) w[k] = load_row(weights + k * channels + c, count);
      const Pair bias = load_row(outer + c, count);
      activate(tile, map + size_t(n) * height * width * channels + c, load_row(inner + c, count), channels, m, grid);
      bf16* to = out + size_t(n) * high * wide * channels + c;
      if (stride == 1) {
        convolve_all(tile, w, bias, [&](int y, int x, Pair v) { store(to + (size_t(y) * wide + x) * channels, m, grid(relu6(v))); });
        continue;
      }
      for (int y = 0; y < high; ++y)
        for (int x = 0; x < wide; ++x) {
          Pair sum[1] = {bias};
          convolve<1>(tile.at(2 * y, 2 * x), tile.row, w, sum);
          store(to + (size_t(y) * wide + x) * channels, m, grid(relu6(sum[0])));
        }
    }
}

// From the gradient of `out` to those of the map before its bias, of the weights and of both biases (added to).
void depthwise_back(const bf16* map, const float* inner, const float* weights, const bf16* out, const bf16* given,
                    bf16* to_map, float* to_weights, float* to_inner, float* to_outer, int pictures, int height, int width,
                    int channels, int stride, float step) {
  const int high = height / stride, wide = width / stride;
  const Grid grid(step);
  Tile seen(height, width), gradient(high, wide);
  for (int n = 0; n < pictures; ++n)
    for (int c = 0; c < channels; c += LANES) {
      const int count = std::min(LANES, channels - c);
      const __mmask32 m = count == LANES ? ~0u : (1u << count) - 1;
      const size_t large = size_t(n) * height * width * channels + c, small = size_t(n) * high * wide * channels + c;
      activate(seen, map + large, load_row(inner + c, count), channels, m, grid);
      Pair outer = zero(), before = zero(), w[9], sums[9];
      for (int k = 0; k < 9; ++k) {
        w[k] = load_row(weights + (stride == 1 ? 8 - k : k) * channels + c, count);
        sums[k] = zero();
      }
      for (int y = 0; y < high; ++y)
        for (int x = 0; x < wide; ++x) {
          const size_t at = small + (size_t(y) * wide + x) * channels;
          Pair g = where_open(load(out + at, m), load(given + at, m));
          outer = add(outer, g);
          store(gradient.at(y, x), g);
        }
      auto finish = [&](int y, int x, Pair v) {
        v = where_open(load(seen.at(y, x)), v);
        before = add(before, v);
        store(to_map + large + (size_t(y) * width + x) * channels, m, v);
      };
      if (stride == 1) {
        convolve_all(gradient, w, zero(), finish);
        weigh(seen, gradient, sums);
      } else {
        spread(gradient, w, finish);
        weigh_halved(seen, gradient, sums);
      }
      for (int k = 0; k < 9; ++k) add_row(to_weights + k * channels + c, count, sums[k]);
      add_row(to_inner + c, count, before);
      add_row(to_outer + c, count, outer);
    }
}

}  // extern "C"
