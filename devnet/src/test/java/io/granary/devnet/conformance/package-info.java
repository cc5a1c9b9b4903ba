/**
 * Holds the devnet against what a real node answered. {@code Recordings} reads the recorded folder,
 * the {@code …Stage} classes live a provider's life on a devnet and ask what was asked then, {@code
 * Shapes} and {@code Texts} compare, {@code LeftOut} says openly what is not compared and why, and
 * {@code ConformanceTest} makes sure that every recording is in exactly one of the two.
 */
@NullMarked
package io.granary.devnet.conformance;

import org.jspecify.annotations.NullMarked;
