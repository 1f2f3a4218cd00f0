package dev.roost.demo;

/** What somebody asked for and does not get; the message is a sentence to show them. */
final class Refused extends RuntimeException {
    Refused(String message) {
        super(message, null, false, false);
    }
}
