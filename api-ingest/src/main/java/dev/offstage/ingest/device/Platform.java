package dev.offstage.ingest.device;

/** What an app runs on. */
enum Platform {
  IOS(Provider.APNS),
  ANDROID(Provider.FCM),
  WEB(Provider.FCM);

  private final Provider usual;

  Platform(Provider usual) {
    this.usual = usual;
  }

  /** Who delivers to it, unless the app says otherwise. */
  Provider usual() {
    return usual;
  }
}
