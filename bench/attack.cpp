// Cuts faces out for bench/privacy --attack, which then asks the program's own descriptor how near a hidden face still is to the person's clear ones.
// usage: attack LANDMARKS.dat < faces; a face is two lines, "PICTURE PROBE..." (files) and "x y w h" (pixels of them).
// For each picture of each face 150 x 150 pixels of red, green and blue. All pictures of a face are cut out by the landmarks of the first: what is
// hidden has none.
#include <iostream>
#include <sstream>
#include <string>

#include <dlib/image_io.h>
#include <dlib/image_processing.h>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "attack: give LANDMARKS.dat\n";
        return 2;
    }
    try {
        dlib::shape_predictor landmarks;
        dlib::deserialize(argv[1]) >> landmarks;
        std::string files, where;
        while (std::getline(std::cin, files) && std::getline(std::cin, where)) {
            long x = 0, y = 0, w = 0, h = 0;
            std::istringstream(where) >> x >> y >> w >> h;
            std::istringstream names(files);
            dlib::chip_details cut;
            for (std::string name; names >> name;) {
                dlib::array2d<dlib::rgb_pixel> picture;
                dlib::load_png(picture, name);
                if (cut.size() == 0) cut = dlib::get_face_chip_details(landmarks(picture, dlib::rectangle(x, y, x + w - 1, y + h - 1)), 150, 0.25);
                dlib::matrix<dlib::rgb_pixel> face;
                dlib::extract_image_chip(picture, cut, face);
                for (const dlib::rgb_pixel& p : face) std::cout.put(static_cast<char>(p.red)).put(static_cast<char>(p.green)).put(static_cast<char>(p.blue));
            }
        }
    } catch (const std::exception& error) {
        std::cerr << "attack: " << error.what() << "\n";
        return 1;
    }
}
