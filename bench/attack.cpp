// Prints dlib's face descriptors, for bench/privacy --attack: how near a hidden face still is to the person's clear ones.
// usage: attack LANDMARKS.dat DESCRIPTOR.dat < faces; a face is two lines, "PICTURE PROBE..." (files) and "x y w h" (pixels of them).
// For each face a line for each picture: 128 numbers. All pictures of a face are cut out by the landmarks of the first.
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <dlib/dnn.h>
#include <dlib/image_io.h>
#include <dlib/image_processing.h>

namespace {

using namespace dlib;

template <template <int, template <typename> class, int, typename> class Block, int N, template <typename> class Norm, typename Below>
using residual = add_prev1<Block<N, Norm, 1, tag1<Below>>>;
template <template <int, template <typename> class, int, typename> class Block, int N, template <typename> class Norm, typename Below>
using residual_down = add_prev2<avg_pool<2, 2, 2, 2, skip1<tag2<Block<N, Norm, 2, tag1<Below>>>>>>;
template <int N, template <typename> class Norm, int Stride, typename Below>
using block = Norm<con<N, 3, 3, 1, 1, relu<Norm<con<N, 3, 3, Stride, Stride, Below>>>>>;
template <int N, typename Below>
using step = relu<residual<block, N, affine, Below>>;
template <int N, typename Below>
using step_down = relu<residual_down<block, N, affine, Below>>;
template <typename Below>
using level0 = step_down<256, Below>;
template <typename Below>
using level1 = step<256, step<256, step_down<256, Below>>>;
template <typename Below>
using level2 = step<128, step<128, step_down<128, Below>>>;
template <typename Below>
using level3 = step<64, step<64, step<64, step_down<64, Below>>>>;
template <typename Below>
using level4 = step<32, step<32, step<32, Below>>>;

/// The network that the file's weights belong to: ResNet of 29 layers (King, 2017), as its file lists them.
using Network = loss_metric<fc_no_bias<
    128, avg_pool_everything<level0<level1<level2<level3<level4<max_pool<3, 3, 2, 2, relu<affine<con<32, 7, 7, 2, 2, input_rgb_image_sized<150>>>>>>>>>>>>>;

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "attack: give LANDMARKS.dat and DESCRIPTOR.dat\n";
        return 2;
    }
    try {
        shape_predictor landmarks;
        Network network;
        deserialize(argv[1]) >> landmarks;
        deserialize(argv[2]) >> network;
        std::string files, where;
        while (std::getline(std::cin, files) && std::getline(std::cin, where)) {
            long x = 0, y = 0, w = 0, h = 0;
            std::istringstream(where) >> x >> y >> w >> h;
            std::istringstream names(files);
            std::vector<matrix<rgb_pixel>> faces;
            chip_details cut;
            for (std::string name; names >> name;) {
                array2d<rgb_pixel> picture;
                load_png(picture, name);
                if (faces.empty()) cut = get_face_chip_details(landmarks(picture, rectangle(x, y, x + w - 1, y + h - 1)), 150, 0.25);
                matrix<rgb_pixel> face;
                extract_image_chip(picture, cut, face);
                faces.push_back(std::move(face));
            }
            for (const matrix<float, 0, 1>& descriptor : network(faces)) std::cout << trans(descriptor);
            std::cout.flush();
        }
    } catch (const std::exception& error) {
        std::cerr << "attack: " << error.what() << "\n";
        return 1;
    }
}
