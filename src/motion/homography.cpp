#include "motion/camera.hpp"

namespace invisiblur {

Homography operator*(const Homography& a, const Homography& b) {
    Homography c;
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
            c.m[3 * i + j] = 0;
            for (int k = 0; k < 3; ++k) c.m[3 * i + j] += a.m[3 * i + k] * b.m[3 * k + j];
        }
    }
    return c;
}

Homography inverse(const Homography& h) {
    const auto& m = h.m;
    Homography r;
    r.m = {m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
           m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
           m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]};
    const double determinant = m[0] * r.m[0] + m[1] * r.m[3] + m[2] * r.m[6];
    for (double& v : r.m) v /= determinant;
    return r;
}

Point apply(const Homography& h, Point p) {
    const auto& m = h.m;
    const double w = m[6] * p.x + m[7] * p.y + m[8];
    return {(m[0] * p.x + m[1] * p.y + m[2]) / w, (m[3] * p.x + m[4] * p.y + m[5]) / w};
}

}  // namespace invisiblur
