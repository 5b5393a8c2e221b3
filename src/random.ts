export class Random {}
